//! Templates, and the public ids that they are known by.

use dragoman_core::Id;
use dragoman_core::ports::Store;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use serde_json::json;

use super::house::{ACME, CHANNEL, FOREIGN_CHANNEL, House, NOW, OTHER, problem};

const WANTED: Id = Id::from_u128(0xd980);

pub(super) fn template(id: u128, account: Id, channel: Id) -> Template {
    Template {
        id: Id::from_u128(id),
        family: None,
        account,
        channel,
        title: "Order".into(),
        name: "order".into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: "Hello {{1}}".into(),
        footer: None,
        buttons: Vec::new(),
        created_at: NOW,
    }
}

fn house() -> House {
    let house = House::new();
    house.store.rewrite(|catalog| {
        catalog.templates = vec![
            template(1, ACME, CHANNEL),
            template(2, ACME, CHANNEL),
            template(3, OTHER, FOREIGN_CHANNEL),
        ];
    });
    house
}

async fn link(house: &House, from: Id, to: Id) -> super::house::Heard {
    let path = format!("/api/v1/templates/{from}");
    let body = json!({ "uuid": to.simple() }).to_string();
    house.with_token("acme", "PATCH", &path, body).await
}

fn ids(house: &House) -> Vec<(u128, Option<u128>)> {
    let catalog = house.store.catalog();
    let own = catalog.templates.iter().filter(|one| one.account == ACME);
    let mut ids: Vec<_> = own
        .map(|one| (one.id.as_u128(), one.family.map(Id::as_u128)))
        .collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_template_takes_another_public_id() {
    let house = house();
    let (status, linked) = link(&house, Id::from_u128(1), WANTED).await;
    assert_eq!((status, &linked["id"]), (200, &json!(WANTED.simple())));
    assert_eq!(ids(&house), [(2, None), (0xd980, None)]);
    assert_eq!(link(&house, Id::from_u128(1), WANTED).await.0, 404);
    assert_eq!(link(&house, WANTED, WANTED).await.0, 200);
}

#[tokio::test]
async fn an_id_that_another_template_has_becomes_the_family_of_both() {
    let house = house();
    link(&house, Id::from_u128(1), WANTED).await;
    let (_, linked) = link(&house, Id::from_u128(2), WANTED).await;
    assert_eq!(linked["family"], WANTED.simple());
    assert_eq!(ids(&house), [(2, Some(0xd980)), (0xd980, Some(0xd980))]);
}

#[tokio::test]
async fn an_id_of_another_channel_is_taken() {
    let house = house();
    let heard = link(&house, Id::from_u128(1), Id::from_u128(3)).await;
    assert_eq!(problem(&heard), (409, "taken", ""));
    assert_eq!(ids(&house), [(1, None), (2, None)]);
}

#[tokio::test]
async fn a_template_takes_another_title() {
    let house = house();
    let path = format!("/api/v1/templates/{}", Id::from_u128(1));
    let (_, changed) = house
        .with_token("acme", "PATCH", &path, r#"{"title":"New"}"#)
        .await;
    assert_eq!(
        (&changed["title"], &changed["name"]),
        (&json!("New"), &json!("order"))
    );
}
