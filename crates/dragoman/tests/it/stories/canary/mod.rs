//! What is secret, and what people say to each other, is nowhere that it has no business to be:
//! markers are planted in all of it, everything is done that a gateway does, also badly, and then
//! everything that it has written is searched.

mod failing;
mod markers;
mod search;
mod working;
mod world;

use markers::{Marker, Place};
use search::{Found, leaks, missing};
use world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_numbers_and_contents_stay_where_they_belong() {
    let mut world = World::begin().await;
    world.start("text").await;
    let client = working::furnish(&mut world).await;
    let told = working::talk(&mut world, &client).await;
    failing::lose(&mut world, &client).await;
    failing::refuse(&mut world, &client).await;
    world.kill();
    failing::damage(&world, &told);
    world.start("json").await;
    failing::read_what_is_damaged(&mut world, &client, &told).await;
    failing::operate(&mut world, &client).await;
    let (markers, found) = world.end();
    assert_eq!(missing(&markers, &found), [""; 0], "in none of its places");
    let leaks = [leaks(&markers, &found), internals(&found)].concat();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

/// Words of ours, or of the system, that are no client's concern.
fn internals(found: &[Found]) -> Vec<String> {
    let words = [
        "sqlite",
        "SELECT",
        "os error",
        ".rs:",
        "/data/",
        "dragoman.db",
        "127.0.0.1",
    ];
    let markers = words.map(|word| Marker::made("a word of ours", word));
    leaks(
        &markers,
        found.iter().filter(|one| one.place == Place::Errors),
    )
}
