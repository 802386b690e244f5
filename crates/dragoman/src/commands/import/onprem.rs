//! `dragoman import onprem`: takes over what an On-Premises client has been told, before or after
//! it is switched off.
//!
//! Both sides speak the same API: the client that is left, and the channel here that follows it.

mod apply;
mod export;
mod node;
mod told;
mod unchecked;

use anyhow::Context;
use dragoman_core::ports::Http;
use dragoman_engine::HttpClient;

use self::apply::apply;
use self::export::Export;
use self::node::{Login, Node};
use self::unchecked::Unchecked;
use crate::cli::OnpremImport;
use crate::commands::asked::{one, secret};
use crate::commands::print;

pub(crate) async fn onprem(args: &OnpremImport) -> anyhow::Result<()> {
    let export = match &args.from {
        Some(file) => Export::load(file)?,
        None => Export::read(&source(args).await?, &args.user).await?,
    };
    if let Some(file) = &args.save {
        export.save(file)?;
        return Ok(print::line(&format!("written to {}", file.display()))?);
    }
    let slug = args.channel.as_deref().context("--channel is missing")?;
    let target = target(args, slug).await?;
    let told = apply(&export, &target, slug).await;
    if args.json {
        print::json(&told.json())?;
    } else {
        told.people()?;
    }
    Ok(())
}

/// The client that is left.
async fn source(args: &OnpremImport) -> anyhow::Result<Node> {
    let base = before_version(args.url.as_deref().context("--url is missing")?);
    let http: Box<dyn Http> = if args.insecure && base.starts_with("https://") {
        Box::new(Unchecked::new()?)
    } else {
        Box::new(HttpClient::new(Vec::new()))
    };
    let password = secret(args.password.as_ref(), args.password_file.as_deref())?;
    let login = Login {
        base,
        user: &args.user,
        password: &password.context("--password-file is missing")?,
        trust: secret(None, args.ca.as_deref())?,
    };
    Node::log_in(http, login).await
}

/// The channel here that follows it.
async fn target(args: &OnpremImport, slug: &str) -> anyhow::Result<Node> {
    let (given, file) = (&args.to_password, &args.to_password_file);
    let password = secret(given.as_ref(), file.as_deref())?;
    let base = one(&format!("{}/onprem", args.to.trim_end_matches('/')), slug);
    let login = Login {
        base: &base,
        user: &args.to_user,
        password: &password.context("--to-password-file is missing")?,
        trust: None,
    };
    Node::log_in(Box::new(HttpClient::new(Vec::new())), login).await
}

/// Programs are configured with `/v1` or without, and either is what people paste.
fn before_version(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix("/v1").unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_in_a_pasted_address_is_left_out() {
        for url in ["", "/", "/v1", "/v1/"] {
            let pasted = format!("https://wa.example:9090{url}");
            assert_eq!(before_version(&pasted), "https://wa.example:9090");
        }
    }
}
