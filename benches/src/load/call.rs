//! The bytes of a call.

use std::io::Write;

use crate::cli::{LoadArgs, Target};
use crate::world::{self, TEXT};

/// Writes the calls of one connection, always into the same buffer.
pub(super) struct Caller {
    target: Target,
    /// Of each channel, the end of a body that names it.
    channels: Vec<String>,
    newcomers: Option<u64>,
    body: Vec<u8>,
    request: Vec<u8>,
}

impl Caller {
    pub(super) fn new(args: &LoadArgs) -> Self {
        let id = |number| world::channel_id(number).simple();
        Self {
            target: args.target,
            channels: (0..args.channels).map(id).collect(),
            newcomers: args.newcomers,
            body: Vec::new(),
            request: Vec::new(),
        }
    }

    /// The whole request for the message of this number.
    pub(super) fn request(&mut self, number: u64) -> &[u8] {
        let customer = world::customer(number, self.newcomers);
        self.request.clear();
        let written = match self.target {
            Target::Callbell => self.callbell(customer),
            Target::Kannel => self.kannel(customer),
        };
        written.expect("memory takes what is written to it");
        &self.request
    }

    fn callbell(&mut self, customer: u64) -> std::io::Result<()> {
        let phone = world::phone(customer);
        let channel = &self.channels[customer as usize % self.channels.len()];
        self.body.clear();
        write!(
            self.body,
            r#"{{"to":"+{phone}","from":"whatsapp","type":"text","channel_uuid":"{channel}","content":{{"text":"{TEXT}"}}}}"#
        )?;
        write!(
            self.request,
            "POST /callbell/v1/messages/send HTTP/1.1\r\nhost: gateway.example\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            world::TOKEN,
            self.body.len()
        )?;
        self.request.write_all(&self.body)
    }

    fn kannel(&mut self, customer: u64) -> std::io::Result<()> {
        let (phone, text) = (world::phone(customer), TEXT.replace(' ', "+"));
        write!(
            self.request,
            "GET /cgi-bin/sendsms?username=bench&password=bench&from=bench&to={phone}&text={text} \
             HTTP/1.1\r\nhost: gateway.example\r\n\r\n"
        )
    }

    /// Whether this answer means that the message was taken.
    pub(super) const fn is_success(&self, status: u16) -> bool {
        match self.target {
            Target::Callbell => status == 200,
            Target::Kannel => status == 202,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;
    use crate::wire::message::Message;

    fn args(target: Target, channels: u64) -> LoadArgs {
        LoadArgs {
            target,
            to: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
            connections: 1,
            messages: 1,
            seconds: 1.0,
            rate: None,
            channels,
            newcomers: Some(1_000_000),
            first: 0,
        }
    }

    #[test]
    fn a_customer_is_written_to_on_their_own_channel() {
        let mut caller = Caller::new(&args(Target::Callbell, 4));
        let first_newcomer = 0;
        let request = caller.request(first_newcomer);
        let message = Message::read(request).unwrap().unwrap();
        assert_eq!(message.length, request.len());
        let body: serde_json::Value = serde_json::from_slice(message.body).unwrap();
        assert_eq!(body["to"], "+316001000000");
        assert_eq!(body["channel_uuid"], *world::channel_id(0).simple());
    }

    #[test]
    fn kannel_is_called_in_its_own_way() {
        let mut caller = Caller::new(&args(Target::Kannel, 1));
        let request = caller.request(0).to_vec();
        let message = Message::read(&request).unwrap().unwrap();
        assert!(
            message
                .path()
                .contains("&to=316001000000&text=Your+parcel+")
        );
        assert!(caller.is_success(202) && !caller.is_success(200));
    }
}
