//! The verbs of the port, as they run inside a batch.

pub(crate) mod accept;
pub(crate) mod answers;
pub(crate) mod bind;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod deliver;
pub(crate) mod depart;
pub(crate) mod emptying;
pub(crate) mod erase;
pub(crate) mod fetching;
pub(crate) mod files;
pub(crate) mod forget;
pub(crate) mod guard;
pub(crate) mod heartbeat;
pub(crate) mod inbound;
pub(crate) mod line;
pub(crate) mod note;
pub(crate) mod people;
pub(crate) mod quarantine;
pub(crate) mod record;
pub(crate) mod recover;
pub(crate) mod repeat;
pub(crate) mod retain;
pub(crate) mod settle;
pub(crate) mod status;
pub(crate) mod unique;
