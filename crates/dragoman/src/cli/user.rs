//! `dragoman user …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dragoman_core::Secret;

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one, secret};

const PATH: &str = "/api/v1/users";

#[derive(Debug, Subcommand)]
pub(crate) enum UserVerb {
    /// Make a collaborator.
    #[command(
        after_help = "Example:  dragoman user create ada@example.com --name Ada --team TEAM \
        --account acme"
    )]
    Create {
        /// Their e-mail address, unique in the account.
        email: String,
        /// What people call them.
        #[arg(long)]
        name: Option<String>,
        /// The uuid of a team that they are in; may be repeated.
        #[arg(long = "team")]
        teams: Vec<String>,
        #[command(flatten)]
        password: Password,
        #[command(flatten)]
        new: New,
    },
    /// List collaborators.
    #[command(after_help = "Example:  dragoman user list --account acme")]
    List(Of),
    /// Change a collaborator. Another password ends every session.
    #[command(after_help = "Example:  dragoman user set ID --available false --status LUNCH")]
    Set(UserSet),
    /// Take a collaborator away, with every session.
    #[command(after_help = "Example:  dragoman user remove ID")]
    Remove {
        /// Their uuid.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UserSet {
    /// Their uuid.
    id: String,
    /// Their e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// What people call them.
    #[arg(long)]
    name: Option<String>,
    /// The uuid of a team that they are in; repeat it for all of them.
    #[arg(long = "team")]
    teams: Vec<String>,
    /// Whether they take conversations now.
    #[arg(long)]
    available: Option<bool>,
    /// The uuid of the status that they show, or `none`.
    #[arg(long)]
    status: Option<String>,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
pub(crate) struct Password {
    /// What they log in with.
    #[arg(long)]
    password: Option<Secret>,
    /// A file with what they log in with.
    #[arg(long, conflicts_with = "password")]
    password_file: Option<PathBuf>,
}

impl Password {
    fn read(&self) -> anyhow::Result<Option<String>> {
        secret(self.password.as_ref(), self.password_file.as_deref())
    }
}

impl Verb for UserVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                email,
                name,
                teams,
                password,
                new,
            } => {
                let fields = new
                    .fields()
                    .with("email", Some(email))
                    .with("name", name)
                    .with_all("teams", teams)
                    .with("password", password.read()?);
                Asked::new(Call::post(PATH, fields), Show::Named("user"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List("users", &["id", "email", "name", "available"]),
            ),
            Self::Set(set) => {
                let fields = Fields::default()
                    .with("email", set.email)
                    .with("name", set.name)
                    .with_all("teams", set.teams)
                    .with("available", set.available)
                    .with_or_none("custom_status", set.status)
                    .with("password", set.password.read()?);
                Asked::new(Call::patch(one(PATH, &set.id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
