//! Every route, for everybody: what another account has is like what there is not.

use dragoman_core::catalog::{Right, TokenScope};
use serde_json::{Value, json};

use super::house::{FOREIGN_CHANNEL, Heard, House, made, problem};
use crate::native::operation::Operation;
use crate::native::operations;
use crate::need::Need;

/// Where one of each noun is, of `acme` and of `other`.
struct Things {
    own: Vec<(&'static str, String)>,
    foreign: Vec<(&'static str, String)>,
}

const MISSING: &str = "adf3d1216d4c4dcd908199d6700f2381";
const MALFORMED: &str = "not-a-uuid";

async fn things(house: &House) -> Things {
    let mut things = Things {
        own: vec![("accounts", "acme".into()), ("channels", "main".into())],
        foreign: vec![
            ("accounts", "other".into()),
            ("channels", FOREIGN_CHANNEL.simple()),
        ],
    };
    for (noun, body) in [
        ("teams", json!({ "name": "T" })),
        ("users", json!({ "email": "u@e.com" })),
        ("statuses", json!({ "name": "S" })),
        ("funnels", json!({ "name": "F" })),
        ("fields", json!({ "name": "C", "kind": "text" })),
        (
            "subscriptions",
            json!({ "url": "https://a.example", "format": "callbell" }),
        ),
        ("contacts", json!({ "address": "31612345678" })),
    ] {
        let path = format!("/api/v1/{noun}");
        let own = made(house, &path, body.clone()).await;
        let (_, foreign) = house
            .with_token("other", "POST", &path, body.to_string())
            .await;
        let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
        things.own.push((noun, id(&own)));
        things.foreign.push((noun, id(&foreign)));
    }
    for (token, of) in [("acme", &mut things.own), ("other", &mut things.foreign)] {
        let (_, list) = house.caller(token, "/api/v1/tokens").await;
        of.push((
            "tokens",
            list["tokens"][0]["id"].as_str().unwrap().to_owned(),
        ));
    }
    things
}

async fn call(house: &House, token: &str, operation: &Operation, id: &str) -> Heard {
    let path = operation.path.replace("{id}", id);
    let method = operation.method.to_uppercase();
    house.with_token(token, &method, &path, "{}").await
}

#[tokio::test]
async fn what_another_account_has_is_answered_like_what_there_is_not() {
    let house = House::new();
    let things = things(&house).await;
    let all = operations();
    let mut compared = 0;
    for operation in all.iter().filter(|one| one.parameter().is_some()) {
        let missing = call(&house, "acme", operation, MISSING).await;
        assert!(
            (400..500).contains(&missing.0),
            "{}: {}",
            operation.id,
            missing.1
        );
        assert_eq!(
            call(&house, "acme", operation, MALFORMED).await,
            missing,
            "{}",
            operation.id
        );
        for (_, foreign) in things
            .foreign
            .iter()
            .filter(|one| one.0 == operation.noun())
        {
            assert_eq!(
                call(&house, "acme", operation, foreign).await,
                missing,
                "{}",
                operation.id
            );
            compared += 1;
        }
    }
    assert!(compared >= 25, "{compared}");
    // Nothing of the other account was touched.
    for (noun, foreign) in &things.foreign {
        let path = format!("/api/v1/{noun}/{foreign}");
        assert_eq!(house.caller("other", &path).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn what_an_account_has_is_found_by_its_own_token() {
    let house = House::new();
    let things = things(&house).await;
    for (noun, own) in &things.own {
        let path = format!("/api/v1/{noun}/{own}");
        assert_eq!(house.caller("acme", &path).await.0, 200, "{path}");
        assert_eq!(house.operator("GET", &path, "").await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn lists_have_nothing_of_another_account() {
    let house = House::new();
    let things = things(&house).await;
    for operation in operations() {
        if operation.method != "get" || operation.parameter().is_some() {
            continue;
        }
        let (status, list) = house.caller("acme", operation.path).await;
        assert_eq!(status, 200, "{}: {list}", operation.id);
        let text = list.to_string();
        for (noun, foreign) in things
            .foreign
            .iter()
            .filter(|one| one.0 == operation.noun())
        {
            assert!(!text.contains(foreign.as_str()), "{noun}");
        }
        if operation
            .query
            .iter()
            .any(|parameter| parameter.name == "account")
        {
            let of = async |account: &str| {
                house
                    .caller("acme", &format!("{}?account={account}", operation.path))
                    .await
            };
            assert_eq!(of("acme").await, (200, list), "{}", operation.id);
            let (foreign, missing) = (of("other").await, of("nowhere").await);
            assert_eq!((foreign.0, missing.0), (400, 400), "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn without_a_token_everything_is_closed() {
    let house = House::new();
    let mut answers = Vec::new();
    for operation in operations().iter().filter(|operation| !operation.open) {
        let path = operation.path.replace("{id}", MISSING);
        let method = operation.method.to_uppercase();
        answers.push(house.stranger(&method, &path, "{}").await);
        answers.push(house.with_token("nobody", &method, &path, "{").await);
    }
    assert!(answers.len() > 80);
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(answers[0].0, 401);
}

#[tokio::test]
async fn a_token_does_what_its_rights_say_and_nothing_else() {
    let house = House::new();
    for operation in operations().iter().filter(|operation| !operation.open) {
        let Need::Right(needed) = operation.need else {
            assert_eq!(operation.id, "logout", "it needs a right");
            continue;
        };
        let all_others = Right::ALL.into_iter().filter(|right| *right != needed);
        for (rights, enough) in [(vec![needed], true), (all_others.collect(), false)] {
            house.store.rewrite(|catalog| {
                catalog.tokens[0].scope = TokenScope::Api(rights.into_iter().collect());
            });
            let heard = call(&house, "acme", operation, MISSING).await;
            let is_lacking = heard.0 == 403 && heard.1.to_string().contains(needed.word());
            assert_eq!(is_lacking, !enough, "{}: {}", operation.id, heard.1);
        }
    }
}

#[tokio::test]
async fn a_field_that_there_is_not_is_refused_before_anything_is_done() {
    let house = House::new();
    let things = things(&house).await;
    let mut refused = 0;
    for operation in operations().iter().filter(|one| one.body.is_some()) {
        let mut own = things.own.iter().filter(|one| one.0 == operation.noun());
        let id = own.next().map_or(MISSING, |one| &one.1);
        let path = operation.path.replace("{id}", id);
        let method = operation.method.to_uppercase();
        let body = json!({ "operator": true }).to_string();
        let heard = house.operator(&method, &path, body).await;
        assert_eq!(
            problem(&heard),
            (400, "invalid", "operator"),
            "{}",
            operation.id
        );
        refused += 1;
    }
    assert!(refused >= 20, "{refused}");
}
