//! What customers read about the business.

use dragoman_core::catalog::Channel;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{FileBytes, Http, Method, Profile, ProfileChange, Request};

use super::{kept, multipart, settings};
use crate::graph;

const EDGE: &str = "whatsapp_business_profile";
const FIELDS: &str =
    "?fields=about,address,description,email,profile_picture_url,websites,vertical";

/// Asks for the profile. A business that has never written one has an empty one.
///
/// # Errors
/// Nobody answered, or with an error.
pub(super) async fn read(http: &dyn Http, channel: &Channel) -> Result<Profile, Failure> {
    let url = settings::number_edge(channel, EDGE) + FIELDS;
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let page: kept::ProfilePage = graph::ask(http, url, access_token).await?;
    let profile = page.data.into_iter().next().unwrap_or_default();
    Ok(Profile {
        about: profile.about.unwrap_or_default(),
        address: profile.address.unwrap_or_default(),
        description: profile.description.unwrap_or_default(),
        email: profile.email.unwrap_or_default(),
        vertical: profile.vertical.unwrap_or_default(),
        websites: profile.websites.unwrap_or_default(),
        picture: profile.profile_picture_url,
    })
}

/// Changes the profile: the picture is uploaded first, and then named among the other changes.
///
/// # Errors
/// Nobody answered, or with an error. A picture that was uploaded in vain is forgotten by Meta.
pub(super) async fn change(
    http: &dyn Http,
    channel: &Channel,
    change: ProfileChange,
) -> Result<(), Failure> {
    let picture = match change.picture {
        Some(picture) => Some(uploaded(http, channel, picture).await?),
        None => None,
    };
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let url = settings::number_edge(channel, EDGE);
    let change = kept::ProfileChange {
        messaging_product: "whatsapp",
        about: change.about,
        address: change.address,
        description: change.description,
        email: change.email,
        vertical: change.vertical,
        websites: change.websites,
        profile_picture_handle: picture,
    };
    let request = graph::post(url, access_token, &change);
    graph::tell(http, request, access_token).await
}

/// Uploads a picture in the two steps that this takes, and gives the handle of it.
async fn uploaded(
    http: &dyn Http,
    channel: &Channel,
    picture: FileBytes,
) -> Result<Box<str>, Failure> {
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let begin = begin(channel, &picture);
    let session: kept::Session = graph::call(http, begin, access_token).await?;
    let bytes = bytes(channel, &session, picture)?;
    let handle: kept::Handle = graph::call(http, bytes, access_token).await?;
    Ok(handle.h)
}

fn begin(channel: &Channel, picture: &FileBytes) -> Request {
    let name = picture.filename.as_deref().unwrap_or("picture");
    let url = format!(
        "{}?file_name={}&file_length={}&file_type={}",
        settings::uploads_url(channel),
        graph::encoded(name),
        picture.bytes.len(),
        graph::encoded(multipart::content_type(picture)),
    );
    graph::request(Method::Post, url, channel.setting(settings::ACCESS_TOKEN))
}

/// Meta wants the offset in a header, and here another word before the token.
fn bytes(
    channel: &Channel,
    session: &kept::Session,
    picture: FileBytes,
) -> Result<Request, Failure> {
    let is_session = session.id.starts_with("upload:");
    if !is_session || !session.id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failure::new(0, "the provider's answer is not understood"));
    }
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let url = settings::session_url(channel, &session.id);
    let request = graph::request(Method::Post, url, access_token);
    Ok(Request {
        headers: vec![
            ("authorization".into(), format!("OAuth {access_token}")),
            ("file_offset".into(), "0".to_owned()),
            (
                "content-type".into(),
                multipart::content_type(&picture).to_owned(),
            ),
        ],
        body: picture.bytes,
        ..request
    })
}
