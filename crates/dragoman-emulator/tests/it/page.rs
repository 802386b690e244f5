//! The page with the phones, as a browser fetches it.

use crate::business::Business;

/// What stands between `before` and the next quotation mark, each time.
fn quoted<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}

#[tokio::test]
async fn the_page_is_whole_and_loads_nothing_from_elsewhere() {
    let business = Business::open().await;
    let page = business.get("").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");

    let linked =
        quoted(&page.text, "rel=\"stylesheet\" href=\"/").chain(quoted(&page.text, "src=\"/"));
    let mut wanted: Vec<String> = linked.map(str::to_owned).collect();
    assert_eq!(wanted.len(), 4);
    let mut at = 0;
    while let Some(address) = wanted.get(at).cloned() {
        let file = business.get(&address).await;
        assert_eq!(file.status, 200, "{address}");
        let kind = if address.ends_with(".css") {
            "text/css"
        } else {
            "text/javascript"
        };
        assert!(
            file.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind)
        );
        assert!(file.text.lines().count() <= 250, "{address}");
        assert!(!file.text.contains("url("), "{address}");
        for module in quoted(&file.text, "from \"./") {
            let address = format!("page/{module}");
            if !wanted.contains(&address) {
                wanted.push(address);
            }
        }
        at += 1;
    }
    assert_eq!(wanted.len(), 24, "{wanted:?}");
    assert_eq!(business.get("page/secrets.js").await.status, 404);
}
