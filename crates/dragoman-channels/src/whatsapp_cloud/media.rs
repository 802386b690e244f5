//! Files: given to Meta before they are sent, and taken from it after customers sent them.

use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, SendError, Slow};
use dragoman_core::ports::{Answer, FileBytes, Http, Method, Request, Uploaded};

use super::{digest, kept, multipart, reach, settings};
use crate::graph::{self, Codes};

/// For the whole exchange, with the bytes of a file in it.
const TIMEOUT: Duration = Duration::from_secs(120);
/// Meta keeps an uploaded file for 30 days; a day is left for the message to be sent.
const LASTS: Duration = Duration::from_secs(29 * 24 * 3600);
/// Meta takes and gives no larger files: 100 MiB.
const LARGEST: usize = 100 * 1024 * 1024;
/// A file travels with its upload, so that none of Meta's pauses for a link makes it better.
const STARTS: u32 = u32::MAX;
/// How often an address is asked for: it lives for five minutes, and may be gone when its turn has
/// come.
const ADDRESSES: usize = 2;
/// The codes by which Meta says that a file is not there, and will not be.
const GONE: [i64; 2] = [100, 131_052];
/// Who asks. The host of the bytes turns callers away who do not say it.
const USER_AGENT: &str = concat!("dragoman/", env!("CARGO_PKG_VERSION"));

/// Gives Meta a file. [`uploaded`] reads the answer.
///
/// # Errors
/// Without an answer it is repeated.
pub(super) async fn upload(
    http: &dyn Http,
    channel: &Channel,
    file: FileBytes,
) -> Result<Answer, NotTaken> {
    called(http, upload_request(channel, file)).await
}

/// Reads the answer to an upload.
///
/// # Errors
/// By Graph's error table; everything that proves nothing is repeated, since an upload that nobody
/// uses does no harm.
pub(super) fn uploaded(
    codes: &Codes,
    answer: &Answer,
    access_token: &str,
) -> Result<Uploaded, NotTaken> {
    if !(200..300).contains(&answer.status) {
        return Err(match codes.judge(answer, STARTS, access_token) {
            SendError::NotTaken(not_taken) => not_taken,
            SendError::Unknown(why) => {
                later(Failure::new(0, "the provider did not answer").because(why))
            }
        });
    }
    let uploaded: Option<kept::Uploaded> = serde_json::from_slice(&answer.body).ok();
    let uploaded = uploaded.filter(|uploaded| !uploaded.id.is_empty());
    let uploaded = uploaded.ok_or_else(|| {
        later(Failure::new(
            0,
            "the provider took a file and gave it no id",
        ))
    })?;
    Ok(Uploaded {
        provider_id: uploaded.id,
        lasts: LASTS,
    })
}

/// Takes a file from Meta: first its address, then its bytes.
///
/// # Errors
/// A file that Meta does not have, or that is too large, never comes; all others may come later.
pub(super) async fn download(
    http: &dyn Http,
    channel: &Channel,
    media: &str,
) -> Result<FileBytes, NotTaken> {
    for _ in 0..ADDRESSES {
        let described = describe(http, channel, media).await?;
        let request = bytes_request(channel, &described)?;
        let answer = called(http, request).await?;
        if answer.status != 404 {
            return file(answer, described, channel.setting(settings::ACCESS_TOKEN));
        }
    }
    Err(never("the provider has the file's name and not its bytes"))
}

fn upload_request(channel: &Channel, file: FileBytes) -> Request {
    let kind = multipart::content_type(&file).to_owned();
    let fields = [("messaging_product", "whatsapp"), ("type", &*kind)];
    let form = multipart::form(&fields, file);
    let url = settings::number_edge(channel, "media");
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let mut request = graph::request(Method::Post, url, access_token);
    request
        .headers
        .push(("content-type".into(), form.content_type));
    Request {
        body: form.body,
        timeout: TIMEOUT,
        ..request
    }
}

async fn describe(
    http: &dyn Http,
    channel: &Channel,
    media: &str,
) -> Result<kept::Described, NotTaken> {
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let url = settings::media_url(channel, media);
    let request = graph::request(Method::Get, url, access_token);
    let answer = called(http, request).await?;
    if !(200..300).contains(&answer.status) {
        return Err(not_given(&answer, access_token));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|_| later(Failure::new(0, "the provider's answer is not understood")))
}

fn bytes_request(channel: &Channel, described: &kept::Described) -> Result<Request, NotTaken> {
    let announced = described.file_size.as_ref().and_then(size);
    if announced.is_some_and(|size| size > LARGEST) {
        return Err(too_large());
    }
    let reach = reach::reach(&described.url, settings::graph_url(channel))
        .ok_or_else(|| never("the address of the file must not have the access token"))?;
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let url = String::from(described.url.clone());
    let mut request = graph::request(Method::Get, url, access_token);
    request
        .headers
        .push(("user-agent".into(), USER_AGENT.to_owned()));
    Ok(Request {
        timeout: TIMEOUT,
        reach,
        answer_limit: LARGEST + 1,
        ..request
    })
}

fn size(written: &serde_json::Value) -> Option<usize> {
    let number = written.as_u64();
    let number = number.or_else(|| written.as_str()?.parse().ok())?;
    usize::try_from(number).ok()
}

fn file(
    answer: Answer,
    described: kept::Described,
    access_token: &str,
) -> Result<FileBytes, NotTaken> {
    if !(200..300).contains(&answer.status) {
        return Err(not_given(&answer, access_token));
    }
    if answer.body.len() > LARGEST {
        return Err(too_large());
    }
    let digest = described.sha256.as_deref();
    if !digest.is_none_or(|digest| digest::fits(digest, &answer.body)) {
        let failure = Failure::new(0, "the file's bytes are not those that were announced");
        return Err(later(failure));
    }
    let mime_type = described.mime_type.or(answer.content_type);
    Ok(FileBytes {
        mime_type: mime_type.unwrap_or_else(|| "application/octet-stream".into()),
        filename: None,
        bytes: answer.body,
    })
}

async fn called(http: &dyn Http, request: Request) -> Result<Answer, NotTaken> {
    let answer = http.call(request).await;
    answer.map_err(|error| later(graph::not_reached(error)))
}

/// An answer without the file in it.
fn not_given(answer: &Answer, access_token: &str) -> NotTaken {
    let failure = graph::failure(answer, access_token);
    let is_gone = answer.status == 404 || GONE.contains(&failure.code);
    let again = if is_gone {
        Again::Never
    } else {
        Again::Backoff
    };
    not_taken(failure, again)
}

fn too_large() -> NotTaken {
    never("the file is larger than 100 MiB")
}

fn never(title: &str) -> NotTaken {
    not_taken(Failure::new(0, title), Again::Never)
}

fn later(failure: Failure) -> NotTaken {
    not_taken(failure, Again::Backoff)
}

fn not_taken(failure: Failure, again: Again) -> NotTaken {
    NotTaken {
        failure,
        proof: Proof::Certain,
        again,
        slow: Slow::Message,
    }
}
