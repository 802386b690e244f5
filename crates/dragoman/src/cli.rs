//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    #[command(after_help = "Example:  dragoman serve --config /etc/dragoman.toml")]
    Serve(ServeArgs),
    /// Look after the data of a gateway that does not run.
    #[command(after_help = "Example:  dragoman doctor --data-dir dragoman-data --rebuild-index")]
    Doctor(DoctorArgs),
    /// Accounts (tenants).
    #[command(after_help = "Example:  dragoman account create acme --json")]
    Account {
        #[command(subcommand)]
        verb: AccountVerb,
    },
    /// Tokens of programs.
    #[command(after_help = "Example:  dragoman token create --account acme --json")]
    Token {
        #[command(subcommand)]
        verb: TokenVerb,
    },
    /// Channels (senders).
    #[command(after_help = "Example:  dragoman channel set demo --rate 1000/s")]
    Channel {
        #[command(subcommand)]
        verb: ChannelVerb,
    },
    /// Send a text.
    #[command(after_help = "Example:  dragoman send --channel demo --to +31612345678 'Hello!'")]
    Send(SendArgs),
    /// What happened to a message? Takes every form of its id.
    #[command(after_help = "Example:  dragoman trace adf3d1216d4c4dcd908199d6700f2381")]
    Trace {
        /// Our id, the id that a dialect gave out, or the provider's.
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Command {
    /// Whether a program reads what the command prints.
    pub(crate) fn wants_json(&self) -> bool {
        let place = match self {
            Self::Dev(_) | Self::Emulator(_) | Self::Serve(_) => return false,
            Self::Doctor(doctor) => return doctor.json,
            Self::Account {
                verb: AccountVerb::Create { place, .. },
            }
            | Self::Token {
                verb: TokenVerb::Create { place, .. },
            }
            | Self::Channel {
                verb: ChannelVerb::Set { place, .. },
            }
            | Self::Trace { place, .. } => place,
            Self::Channel {
                verb: ChannelVerb::Add(add),
            } => &add.place,
            Self::Send(send) => &send.place,
        };
        place.json
    }
}

#[derive(Debug, Args)]
pub(crate) struct DevArgs {
    /// Where everything is kept.
    #[arg(long, default_value = "dragoman-data", env = "DRAGOMAN_DATA_DIR")]
    pub(crate) data_dir: PathBuf,
    /// Where the gateway listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// An address starts an emulator there, a URL uses one that runs.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) emulator: String,
    /// Where the On-Premises API stands at the root.
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub(crate) onprem_listen: SocketAddr,
    /// Forget everything of earlier starts.
    #[arg(long)]
    pub(crate) reset: bool,
    /// Allow addresses that other machines can reach; makes random tokens.
    #[arg(long)]
    pub(crate) allow_remote: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// Where its journal is kept.
    #[arg(long, default_value = "dragoman-data/emulator")]
    pub(crate) data_dir: PathBuf,
    /// Refuse phone number ids that were not registered.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Fetch media that is sent by link.
    #[arg(long)]
    pub(crate) fetch_links: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The configuration; `dragoman.reference.toml` lists every key.
    #[arg(long)]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Where the gateway keeps everything.
    #[arg(long, env = "DRAGOMAN_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The configuration of the gateway.
    #[arg(long, conflicts_with = "data_dir")]
    pub(crate) config: Option<PathBuf>,
    /// Make the index again from the log, whatever is there.
    #[arg(long)]
    pub(crate) rebuild_index: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which gateway a command talks to.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The data directory of the running gateway.
    #[arg(long, env = "DRAGOMAN_DATA_DIR", global = true)]
    pub(crate) data_dir: Option<PathBuf>,
    /// The configuration of the running gateway.
    #[arg(long, conflicts_with = "data_dir", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The address of a gateway elsewhere.
    #[arg(long, requires = "token", global = true)]
    pub(crate) server: Option<String>,
    /// A token for that gateway.
    #[arg(long, env = "DRAGOMAN_TOKEN", hide_env_values = true, global = true)]
    pub(crate) token: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountVerb {
    /// Make an account.
    #[command(after_help = "Example:  dragoman account create acme --json")]
    Create {
        /// Its name, unique in the installation.
        name: String,
        /// An id to keep; made when left out.
        #[arg(long)]
        uuid: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token; it is shown once.
    #[command(after_help = "Example:  dragoman token create --account acme --json")]
    Create {
        /// Name or uuid of the account.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelVerb {
    /// Add a sender.
    #[command(
        after_help = "Example:  dragoman channel add whatsapp_cloud main --account acme \
        --phone-number-id 106540352242922 --waba-id 102290129340398 --access-token-file token \
        --app-secret-file secret --verify-token-file verify"
    )]
    Add(Box<ChannelAdd>),
    /// Change a sender.
    #[command(after_help = "Example:  dragoman channel set main --rate 1000/s")]
    Set {
        /// Slug or uuid.
        channel: String,
        /// The provider's limit, for example `80/s`.
        #[arg(long)]
        rate: Option<String>,
        /// How many attempts may be in flight at once.
        #[arg(long)]
        concurrency: Option<u16>,
        /// What people call it.
        #[arg(long)]
        title: Option<String>,
        /// Switch it on or off.
        #[arg(long)]
        enabled: Option<bool>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ChannelAdd {
    /// The driver: `whatsapp_cloud`.
    pub(crate) driver: String,
    /// `[a-z0-9-]`, at most 32 characters, unique in the installation.
    pub(crate) slug: String,
    /// Name or uuid of the account.
    #[arg(long)]
    pub(crate) account: String,
    /// The provider's id of the number.
    #[arg(long)]
    pub(crate) phone_number_id: String,
    /// The number itself, with its country code.
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// The provider's id of the business account.
    #[arg(long)]
    pub(crate) waba_id: String,
    #[arg(long, required_unless_present = "access_token_file")]
    pub(crate) access_token: Option<String>,
    #[arg(long, conflicts_with = "access_token")]
    pub(crate) access_token_file: Option<PathBuf>,
    #[arg(long, required_unless_present = "app_secret_file")]
    pub(crate) app_secret: Option<String>,
    #[arg(long, conflicts_with = "app_secret")]
    pub(crate) app_secret_file: Option<PathBuf>,
    #[arg(long, required_unless_present = "verify_token_file")]
    pub(crate) verify_token: Option<String>,
    #[arg(long, conflicts_with = "verify_token")]
    pub(crate) verify_token_file: Option<PathBuf>,
    /// Another address of the Graph API, for example an emulator's.
    #[arg(long)]
    pub(crate) graph_url: Option<String>,
    /// What people call it.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// An id to keep; made when left out.
    #[arg(long)]
    pub(crate) uuid: Option<String>,
    /// The provider's limit, for example `80/s`.
    #[arg(long)]
    pub(crate) rate: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// Slug or uuid of the sender.
    #[arg(long)]
    pub(crate) channel: String,
    /// The recipient's number.
    #[arg(long)]
    pub(crate) to: String,
    /// What to say.
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) place: Place,
}
