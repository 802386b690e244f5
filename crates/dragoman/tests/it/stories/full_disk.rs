//! A disk that has less room than it should.

use std::io::Write;
use std::path::{Path, PathBuf};

use dragoman_testkit::until;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::commands::{add_channel, json};
use super::serving::serving;
use crate::support::process::{PATIENCE, Process, free_port};
use crate::support::raw::{Heard, say};

/// One account with one channel; answers the token of its program.
fn furnish(data: &Path) -> String {
    json(data, &["account", "create", "acme"]);
    add_channel(data, "acme", "main", "2", "http://127.0.0.1:9");
    let token = json(data, &["token", "create", "--account", "acme"]);
    token["token"].as_str().unwrap().to_owned()
}

async fn send(port: u16, token: &str) -> Heard {
    let body =
        r#"{"to":"+31612345678","from":"whatsapp","type":"text","content":{"text":"Hello!"}}"#;
    let request = format!(
        "POST /callbell/v1/messages/send HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    say(port, request.as_bytes()).await
}

async fn get(port: u16, path: &str) -> Heard {
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    say(port, request.as_bytes()).await
}

#[tokio::test]
async fn a_gateway_whose_disk_is_nearly_full_says_so_and_when_to_come_again() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let port = free_port();
    let config = format!(
        "listen = \"127.0.0.1:{port}\"\ndata_dir = {data:?}\n\
         [disk]\nrefuse_below = \"1000000GiB\"\nstop_below = \"0KiB\"\n"
    );
    let _gateway = serving(directory.path(), port, &config).await;
    let seen = json(&data, &["doctor"]);
    let disk = |key: &str| seen["disk"][key].as_u64().unwrap();
    assert!(disk("free") <= disk("total") && disk("refuse_below") > 0);
    let token = furnish(&data);

    let refused = send(port, &token).await;
    assert_eq!(refused.status(), 503, "{refused:?}");
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    let ready = get(port, "/readyz").await;
    assert_eq!(ready.status(), 200);
    assert!(ready.0.contains("the disk is nearly full"), "{ready:?}");
    let page = get(port, "/metrics").await.0;
    assert!(page.contains("dragoman_disk_shortage 1\n"), "{page}");
    assert!(page.contains("dragoman_disk_reserve_bytes 0\n"), "{page}");
}

/// A gateway on a disk of 64 MiB that only it sees, and its data directory as others see it.
async fn on_small_disk(directory: &Path, port: u16) -> (Process, PathBuf) {
    let disk = directory.join("disk");
    std::fs::create_dir(&disk).unwrap();
    let config = format!(
        "listen = \"127.0.0.1:{port}\"\ndata_dir = {disk:?}\n\
         [disk]\nrefuse_below = \"16MiB\"\nstop_below = \"1MiB\"\nreserve = \"4MiB\"\n"
    );
    let file = directory.join("dragoman.toml");
    std::fs::write(&file, config).unwrap();
    let args = ["serve", "--config", file.to_str().unwrap()];
    let log = directory.join("log");
    let mut gateway = Process::start_on_small_disk(&args, &disk, &log);
    until("the gateway is ready", PATIENCE, async || {
        gateway.still_runs(&log);
        let listens = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
        listens.ok()?;
        (get(port, "/readyz").await.status() == 200).then_some(())
    })
    .await;
    let data = gateway.sees(&disk);
    (gateway, data)
}

#[tokio::test]
async fn a_disk_that_others_fill_is_noticed_and_so_is_that_there_is_room_again() {
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    let (gateway, data) = on_small_disk(directory.path(), port).await;
    let token = furnish(&data);
    let heard = send(port, &token).await;
    assert_ne!(heard.status(), 503, "{heard:?}");
    assert!(data.join("reserve").exists());

    let free = rustix::fs::statvfs(&data).unwrap();
    let free = free.f_bavail * free.f_frsize;
    let others = data.join("others");
    std::fs::write(&others, vec![1; free as usize - (3 << 20)]).unwrap();
    until("the reserve is given up", PATIENCE, async || {
        (!data.join("reserve").exists()).then_some(())
    })
    .await;
    let refused = send(port, &token).await;
    assert_eq!(refused.status(), 503, "{refused:?}");
    // What belongs to slow data is written with what the reserve held.
    json(&data, &["account", "create", "late"]);

    std::fs::remove_file(others).unwrap();
    until("there is room again", PATIENCE, async || {
        (send(port, &token).await.status() != 503).then_some(())
    })
    .await;
    assert!(data.join("reserve").exists());
    assert_eq!(gateway.terminate(), Some(0));
}

/// The provider says something that nobody understands, at length; it is kept all the same.
async fn report(port: u16) -> Heard {
    let body = "?".repeat(60_000);
    let mut mac = Hmac::<Sha256>::new_from_slice(b"b").unwrap();
    mac.update(body.as_bytes());
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let request = format!(
        "POST /in/whatsapp_cloud/main HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         x-hub-signature-256: sha256={hex}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    say(port, request.as_bytes()).await
}

/// Takes what room there is.
fn fill(others: &Path) {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(others);
    let mut file = file.unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
}

#[tokio::test]
async fn a_gateway_that_cannot_write_lives_on_and_takes_up_again_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    let (mut gateway, data) = on_small_disk(directory.path(), port).await;
    let token = furnish(&data);
    assert_ne!(send(port, &token).await.status(), 503);

    let others = data.join("others");
    until("a commit finds no room", PATIENCE, async || {
        // What the reserve gives up goes the same way.
        fill(&others);
        (report(port).await.status() == 503).then_some(())
    })
    .await;
    let ready = get(port, "/readyz").await;
    assert_eq!(ready.status(), 503);
    assert!(ready.0.contains("the disk is full"), "{ready:?}");
    let page = get(port, "/metrics").await.0;
    let latched = "dragoman_store_latched{reason=\"full\"} 1\n";
    assert!(page.contains(latched), "{page}");
    let refused = send(port, &token).await;
    assert_eq!(refused.status(), 503, "{refused:?}");
    assert!(refused.header("retry-after").is_some(), "{refused:?}");

    std::fs::remove_file(others).unwrap();
    until("everything is taken again", PATIENCE, async || {
        gateway.still_runs(&directory.path().join("log"));
        let is_ready = get(port, "/readyz").await.status() == 200;
        (is_ready && send(port, &token).await.status() != 503).then_some(())
    })
    .await;
    assert_eq!(report(port).await.status(), 200);
    json(&data, &["account", "create", "afterwards"]);
    let page = get(port, "/metrics").await.0;
    let latched = "dragoman_store_latched{reason=\"full\"} 0\n";
    assert!(page.contains(latched), "{page}");
    assert_eq!(gateway.terminate(), Some(0));
}
