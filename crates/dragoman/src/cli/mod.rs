//! The command line: what can be typed, and the call to the running gateway that it becomes.

mod account;
mod channel;
mod contact;
mod field;
mod funnel;
mod import;
mod keys;
mod message;
mod place;
mod registration;
mod run;
mod status;
mod subscription;
mod team;
mod template;
mod token;
mod user;

use clap::{Parser, Subcommand, ValueEnum};

use self::account::AccountVerb;
use self::channel::ChannelVerb;
use self::contact::ContactVerb;
use self::field::FieldVerb;
use self::funnel::FunnelVerb;
use self::keys::KeysVerb;
use self::status::StatusVerb;
use self::subscription::SubscriptionVerb;
use self::team::TeamVerb;
use self::template::TemplateVerb;
use self::token::TokenVerb;
use self::user::UserVerb;

pub(crate) use self::import::{CallbellImport, Import, OnpremImport};
pub(crate) use self::message::{ResolveArgs, SendArgs, TraceArgs};
pub(crate) use self::place::{Noun, Place, Verb};
pub(crate) use self::run::{DevArgs, DoctorArgs, EmulatorArgs, ServeArgs};

/// Messaging gateway: Callbell's API and WhatsApp's On-Premises API over WhatsApp's Cloud API.
#[derive(Debug, Parser)]
#[command(name = "dragoman", version, after_help = "Start here:  dragoman dev")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How log lines look. They go to stderr.
    #[arg(long, value_enum, default_value_t = LogFormat::Text, global = true)]
    pub(crate) log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Gateway, emulated WhatsApp and a demo account, in one process.
    #[command(after_help = "Example:  dragoman dev --listen 127.0.0.1:8090 --reset")]
    Dev(DevArgs),
    /// The emulated WhatsApp alone.
    #[command(after_help = "Example:  dragoman emulator --listen 127.0.0.1:8081")]
    Emulator(EmulatorArgs),
    /// Production: nothing is made up, no emulator.
    #[command(
        after_help = "Example:  dragoman serve --config /etc/dragoman.toml\n\n\
        An On-Premises program that knows https://host:9090 is served by a listener of its own:\n\n  \
        [[listener]]\n  bind = \"0.0.0.0:9090\"\n  dialect = \"onprem\"\n  channel = \"main\"\n  \
        tls = \"self-signed\"    # its authority is DATA_DIR/tls/ca.pem; or your own:\n  \
        # tls = { certificate = \"certificate.pem\", key = \"key.pem\" }"
    )]
    Serve(ServeArgs),
    /// Is anything missing? Asks a gateway that runs about its channels, and looks after the data
    /// of one that does not.
    #[command(after_help = "Example:  dragoman doctor --data-dir dragoman-data --rebuild-index")]
    Doctor(DoctorArgs),
    /// Accounts (tenants).
    #[command(after_help = "Example:  dragoman account create acme --json")]
    Account(Noun<AccountVerb>),
    /// Tokens of programs.
    #[command(after_help = "Example:  dragoman token create --account acme --json")]
    Token(Noun<TokenVerb>),
    /// Collaborators.
    #[command(after_help = "Example:  dragoman user create ada@example.com --account acme")]
    User(Noun<UserVerb>),
    /// Teams of collaborators.
    #[command(after_help = "Example:  dragoman team create General --account acme")]
    Team(Noun<TeamVerb>),
    /// What collaborators can say about being away.
    #[command(after_help = "Example:  dragoman status create Lunch --emoji 🍜 --account acme")]
    Status(Noun<StatusVerb>),
    /// Stages on a customer's way.
    #[command(after_help = "Example:  dragoman funnel create Lead --account acme")]
    Funnel(Noun<FunnelVerb>),
    /// What is kept of customers beside the usual.
    #[command(after_help = "Example:  dragoman field create City --kind text --account acme")]
    Field(Noun<FieldVerb>),
    /// Customers.
    #[command(after_help = "Example:  dragoman contact list --account acme --tag lead")]
    Contact(Noun<ContactVerb>),
    /// Channels (senders).
    #[command(after_help = "Example:  dragoman channel set demo --rate 1000/s")]
    Channel(Noun<ChannelVerb>),
    /// Approved templates, and the ids that programs know them by.
    #[command(after_help = "Example:  dragoman template list --account acme")]
    Template(Noun<TemplateVerb>),
    /// Whom the gateway tells what happened.
    #[command(
        after_help = "Example:  dragoman subscription create --account acme --format dragoman \
        --url https://app.example/hook"
    )]
    Subscription(Noun<SubscriptionVerb>),
    /// The keys that secrets are sealed with.
    #[command(after_help = "Example:  dragoman keys rotate")]
    Keys(Noun<KeysVerb>),
    /// Send a text.
    #[command(after_help = "Example:  dragoman send --channel demo --to +31612345678 'Hello!'")]
    Send(SendArgs),
    /// What happened to a message? Takes every form of its id.
    #[command(after_help = "Example:  dragoman trace adf3d1216d4c4dcd908199d6700f2381")]
    Trace(TraceArgs),
    /// Say what counts for a message of which nobody knows whether it was sent.
    #[command(after_help = "Example:  dragoman resolve adf3d1216d4c4dcd908199d6700f2381 sent")]
    Resolve(ResolveArgs),
    /// Copy what another service has.
    #[command(after_help = "Example:  dragoman import callbell --token TOKEN --account acme")]
    Import {
        #[command(subcommand)]
        from: Import,
    },
}

impl Command {
    /// Whether it serves until it is told to stop.
    pub(crate) const fn runs_for_long(&self) -> bool {
        matches!(self, Self::Dev(_) | Self::Emulator(_) | Self::Serve(_))
    }

    /// Whether a program reads what the command prints.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Dev(_) | Self::Emulator(_) | Self::Serve(_) => false,
            Self::Doctor(doctor) => doctor.place.json,
            Self::Account(noun) => noun.place.json,
            Self::Token(noun) => noun.place.json,
            Self::User(noun) => noun.place.json,
            Self::Team(noun) => noun.place.json,
            Self::Status(noun) => noun.place.json,
            Self::Funnel(noun) => noun.place.json,
            Self::Field(noun) => noun.place.json,
            Self::Contact(noun) => noun.place.json,
            Self::Channel(noun) => noun.place.json,
            Self::Template(noun) => noun.place.json,
            Self::Subscription(noun) => noun.place.json,
            Self::Keys(noun) => noun.place.json,
            Self::Send(send) => send.place.json,
            Self::Trace(trace) => trace.place.json,
            Self::Resolve(resolve) => resolve.place.json,
            Self::Import {
                from: Import::Callbell(import),
            } => import.json,
            Self::Import {
                from: Import::Onprem(import),
            } => import.json,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The words of every command in a page's examples.
    fn commands(page: &str) -> Vec<Vec<String>> {
        let joined = page.replace("\\\n", " ");
        let lines = joined.lines().filter(|line| line.starts_with("dragoman "));
        let words = |line: &str| {
            // Only what stands between quotes may have spaces.
            let parts = line.split('\'').enumerate();
            let parts = parts.flat_map(|(number, part)| match number % 2 {
                0 => {
                    let part = part.split(" #").next().unwrap_or_default();
                    part.split_whitespace().map(str::to_owned).collect()
                }
                _ => vec![part.to_owned()],
            });
            parts.collect()
        };
        lines.map(words).collect()
    }

    #[test]
    fn every_command_in_the_documents_can_be_typed() {
        let mut typed = 0;
        for page in [
            include_str!("../../../../README.md"),
            include_str!("../../../../docs/guide/from-on-premises.md"),
            include_str!("../../../../docs/operations/secrets.md"),
        ] {
            for words in commands(page) {
                let read = Cli::try_parse_from(&words);
                assert!(read.is_ok(), "{words:?}: {:?}", read.err());
                typed += 1;
            }
        }
        assert!(typed > 15, "only {typed}");
    }

    #[test]
    fn what_is_typed_as_a_secret_is_not_printed() {
        for typed in [
            "user create a@e.com --password SESAME",
            "channel register main --pin SESAME",
            "channel add whatsapp_cloud main --phone-number-id 1 --waba-id 2 --access-token SESAME \
             --app-secret SESAME --verify-token SESAME --setting pin=SESAME",
            "channel credentials main --setting pin=SESAME",
            "token list --server http://e.com --token SESAME",
            "import callbell --token SESAME --account acme",
            "import onprem --url https://e.com --password SESAME --to-password SESAME --channel main",
        ] {
            let words = ["dragoman"].into_iter().chain(typed.split(' '));
            let cli = Cli::try_parse_from(words).unwrap();
            assert!(!format!("{cli:?}").contains("SESAME"), "{typed}");
        }
    }

    #[test]
    fn every_command_says_what_it_does_and_gives_an_example() {
        fn check(command: &clap::Command, path: &str) {
            for inner in command.get_subcommands() {
                let path = format!("{path} {}", inner.get_name());
                assert!(inner.get_about().is_some(), "{path}");
                let example = inner.get_after_help().map(ToString::to_string);
                let begins = format!("Example:  {path}");
                assert!(
                    example.is_some_and(|text| text.starts_with(&begins)),
                    "{path}"
                );
                check(inner, &path);
            }
        }
        let command = Cli::command();
        command.clone().debug_assert();
        check(&command, "dragoman");
    }
}
