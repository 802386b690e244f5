//! Bytes from anywhere, where the store expects its own.

use std::fmt::Debug;
use std::sync::Arc;

use dragoman_core::Address;

use crate::index::codec::{self, Value};
use crate::index::entry::{Kept, Outcome, Person};
use crate::index::mark::Label;
use crate::record::content::ContentRecord;
use crate::record::inbound::InboundRecord;
use crate::record::note::NoteRecord;
use crate::record::outbound::OutboundRecord;
use crate::record::profile::ProfileRecord;
use crate::record::shape::Shape;
use crate::record::{VERSION, event, from_json, news};

/// An entry of the index: the first byte says of which table. What is read reads the same again
/// when it is written.
pub fn index(entry: &[u8]) {
    let Some((table, bytes)) = entry.split_first() else {
        return;
    };
    match table % 6 {
        0 => again::<Outcome>(bytes),
        1 => again::<Kept>(bytes),
        2 => again::<i64>(bytes),
        3 => again::<Arc<Person>>(bytes),
        4 => again::<Address>(bytes),
        _ => again::<Label>(bytes),
    }
}

fn again<V: Value + Debug>(bytes: &[u8]) {
    if let Some(value) = codec::read::<V>(bytes) {
        let written = codec::written(&value);
        let read = codec::read::<V>(&written).map(|read| codec::written(&read));
        assert_eq!(read, Some(written), "{value:?}");
    }
}

/// A record of the log: the first byte says which column it stands in.
pub fn record(json: &[u8]) {
    let Some((column, json)) = json.split_first() else {
        return;
    };
    let json = String::from_utf8_lossy(json);
    match column % 7 {
        0 => look::<OutboundRecord, _>(&json),
        1 => look::<InboundRecord, _>(&json),
        2 => look::<NoteRecord, _>(&json),
        3 => look::<ProfileRecord, _>(&json),
        4 => look::<ContentRecord, _>(&json),
        5 => {
            for kind in 0..32 {
                let _ = event::from_columns(VERSION, kind, Some(&json), None);
            }
        }
        _ => {
            for kind in 0..32 {
                let _ = news::from_columns(VERSION, kind, &json);
            }
        }
    }
}

fn look<R: Shape<T>, T>(json: &str) {
    // Whether it is one does not matter, as long as it is told.
    let _ = from_json::<R, T>("record", VERSION, json);
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_entry_of_the_index_is_read_or_refused() {
        check("index", super::index);
    }

    #[test]
    fn any_record_of_the_log_is_read_or_refused() {
        check("record", super::record);
    }
}
