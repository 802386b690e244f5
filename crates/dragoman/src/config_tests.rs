use dragoman_channels::Codes;

use super::*;

const REFERENCE: &str = include_str!("../../../dragoman.reference.toml");

fn parse(text: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
    let environment = environment
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()));
    Config::parse(text, environment)
}

#[test]
fn the_reference_file_lists_the_defaults() {
    assert_eq!(parse(REFERENCE, &[]).unwrap(), Config::default());
}

#[test]
fn every_optional_key_of_the_reference_file_is_known() {
    let uncommented: String = REFERENCE
        .lines()
        .map(|line| line.strip_prefix("#: ").unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n");
    let config = parse(&uncommented, &[]).unwrap();
    assert!(config.public_url.is_some());
    assert_eq!(config.listener.len(), 3);
    assert!(config.retention.messages.is_some() && config.retention.contents.is_some());
    assert_ne!(config.providers, Providers::default());
    assert!(config.secrets.master_key_file.is_some());
    assert!(config.disk.refuse_below.is_some() && config.disk.stop_below.is_some());
}

#[test]
fn a_table_of_codes_that_cannot_be_read_stops_the_start_and_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("codes.toml");
    let path = path.to_str().unwrap();
    let variable = "DRAGOMAN__PROVIDERS__WHATSAPP_CLOUD__CODES";
    let config = parse("", &[(variable, path)]).unwrap();
    let read = || {
        let codes = config.providers.whatsapp_cloud.codes(Codes::with);
        codes.map_err(|error| format!("{error:#}"))
    };
    let error = read().unwrap_err();
    assert!(error.contains("providers.whatsapp_cloud.codes"), "{error}");
    std::fs::write(path, "[codes]\n100 = \"perhaps\"\n").unwrap();
    let error = read().unwrap_err();
    assert!(
        error.contains(path) && error.contains("line 2: 100"),
        "{error}"
    );
    std::fs::write(path, "[codes]\n100 = \"permanent\"\n").unwrap();
    assert!(read().is_ok());
}

#[test]
fn an_unknown_key_stops_the_start_and_is_named() {
    let error = format!("{:#}", parse("lisen = \"127.0.0.1:1\"", &[]).unwrap_err());
    assert!(error.contains("lisen"), "{error}");
    let error = format!("{:#}", parse("listen = \"nowhere\"", &[]).unwrap_err());
    assert!(error.contains("listen"), "{error}");
}

#[test]
fn a_listener_names_a_channel_where_its_dialect_serves_one() {
    let read = |rest: &str| {
        let text = format!("[[listener]]\nbind = \"127.0.0.1:9\"\n{rest}");
        let read = parse(&text, &[]).map(|config| config.listener[0].dialect.clone());
        read.map_err(|error| format!("{error:#}"))
    };
    let channel = "main".to_owned();
    assert_eq!(
        read("dialect = \"onprem\"\nchannel = \"main\""),
        Ok(ListenerDialect::Onprem { channel })
    );
    assert_eq!(
        read("dialect = \"callbell\""),
        Ok(ListenerDialect::Callbell)
    );
    for (rest, key) in [
        ("dialect = \"onprem\"", "listener.channel"),
        (
            "dialect = \"onprem\"\nchannel = \"../main\"",
            "listener.channel",
        ),
        (
            "dialect = \"callbell\"\nchannel = \"main\"",
            "listener.channel",
        ),
        ("dialect = \"morse\"", "morse"),
        ("dialect = \"callbell\"\ncolour = \"red\"", "colour"),
    ] {
        let error = read(rest).unwrap_err();
        assert!(error.contains(key), "{rest}: {error}");
    }
}

#[test]
fn a_listener_proves_itself_with_files_or_with_a_certificate_of_its_own_making() {
    let read = |rest: &str| {
        let text = format!("[[listener]]\nbind = \"127.0.0.1:9\"\ndialect = \"callbell\"\n{rest}");
        let read = parse(&text, &[]).map(|config| config.listener[0].tls.clone());
        read.map_err(|error| format!("{error:#}"))
    };
    let own = |names: &[&str]| {
        let names = names.iter().map(ToString::to_string).collect();
        Ok(Some(Tls::SelfSigned { names }))
    };
    let given = Tls::Given(Certificate {
        certificate: "c".into(),
        key: "k".into(),
    });
    assert_eq!(read(""), Ok(None));
    assert_eq!(
        read("tls = { certificate = \"c\", key = \"k\" }"),
        Ok(Some(given))
    );
    assert_eq!(read("tls = \"self-signed\""), own(&[]));
    let names = "names = [\"wa.example\", \"10.0.0.5\"]";
    assert_eq!(
        read(&format!("tls = \"self-signed\"\n{names}")),
        own(&["wa.example", "10.0.0.5"])
    );
    for (rest, said) in [
        ("tls = \"on\"", "self-signed"),
        ("tls = true", "self-signed"),
        ("tls = { certificate = \"c\" }", "key"),
        (
            "tls = { certificate = \"c\", key = \"k\", colour = 1 }",
            "colour",
        ),
        (names, "listener.names"),
        (
            "tls = \"self-signed\"\nnames = [\"a b\"]",
            "listener.names: \"a b\"",
        ),
    ] {
        let error = read(rest).unwrap_err();
        assert!(error.contains(said), "{rest}: {error}");
    }
}

#[test]
fn what_is_kept_too_shortly_stops_the_start_and_is_named() {
    for (text, key) in [
        ("retention.messages = \"2d\"", "retention.messages"),
        (
            "retention = { messages = \"5d\", contents = \"6d\" }",
            "retention.contents",
        ),
        ("retention.messages = \"soon\"", "soon"),
    ] {
        let error = format!("{:#}", parse(text, &[]).unwrap_err());
        assert!(error.contains(key), "{text}: {error}");
    }
}

#[test]
fn a_limit_of_nothing_stops_the_start_and_is_named() {
    for key in [
        "connections",
        "connections_per_address",
        "failures",
        "queued_per_account",
    ] {
        let error = parse(&format!("limits.{key} = 0"), &[]).unwrap_err();
        assert!(format!("{error:#}").contains(&format!("limits.{key}")));
    }
    for key in ["head", "pause", "call", "wait"] {
        let error = parse(&format!("limits.{key} = \"0s\""), &[]).unwrap_err();
        assert!(format!("{error:#}").contains(&format!("limits.{key}")));
    }
}

#[test]
fn a_listener_is_called_by_all_its_names() {
    let names = |public_url: Option<&str>, bind: &str| {
        let config = Config {
            public_url: public_url.map(str::to_owned),
            ..Config::default()
        };
        config.names_of(bind.parse().unwrap(), &["wa.example".to_owned()])
    };
    assert_eq!(
        names(Some("https://gw.example:8443/a"), "10.0.0.5:9090"),
        ["10.0.0.5", "localhost", "gw.example", "wa.example"]
    );
    assert_eq!(
        names(Some("https://[2001:db8::1]"), "[::]:9090"),
        ["127.0.0.1", "localhost", "2001:db8::1", "wa.example"]
    );
    assert_eq!(
        names(None, "[::1]:9090"),
        ["::1", "localhost", "wa.example"]
    );
    assert_eq!(
        names(Some("http://localhost"), "127.0.0.1:9090"),
        ["127.0.0.1", "localhost", "wa.example"]
    );
}

#[test]
fn the_environment_wins() {
    let environment = [
        ("DRAGOMAN__LISTEN", "127.0.0.1:9"),
        ("DRAGOMAN__OUTGOING__ALLOW_NETWORKS", "[\"10.0.0.0/8\"]"),
        ("DRAGOMAN__OUTGOING__ALLOW_PORTS", "[9443]"),
        ("HOME", "/root"),
    ];
    let config = parse("listen = \"127.0.0.1:8\"", &environment).unwrap();
    assert_eq!(config.listen.port(), 9);
    assert_eq!(config.outgoing.allow_networks.len(), 1);
    assert_eq!(config.outgoing.allow_ports, [9443]);
}
