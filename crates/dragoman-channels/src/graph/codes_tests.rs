use super::*;

fn refused(table: &str) -> String {
    Codes::with(table).unwrap_err().to_string()
}

#[test]
fn the_table_is_in_order_and_without_overlaps() {
    let firsts = Table::read(OURS).unwrap().firsts();
    assert!(firsts.is_sorted(), "{firsts:?}");
    assert!(firsts.len() > 40);
}

/// The classes as they were agreed on, code by code.
#[test]
fn every_code_of_each_class_is_listed() {
    use Class::*;
    let agreed: [(Class, &[i64]); 8] = [
        (
            Permanent,
            &[
                100, 131008, 131009, 131021, 131026, 131047, 131051, 131052, 132000, 132001,
                132005, 132007, 132012, 132015, 132016, 132068, 132069, 130472, 131049, 131050,
            ],
        ),
        (Throttle, &[130429, 4, 80007]),
        (PairThrottle, &[131056]),
        (ReputationThrottle, &[131048, 133016]),
        (
            Broken,
            &[
                0, 190, 10, 200, 250, 299, 131005, 368, 131031, 131042, 131045, 133010, 33,
            ],
        ),
        (Transient, &[2, 133004, 131057]),
        (Struggling, &[131000, 131016, 1]),
        (Media, &[131053]),
    ];
    let codes = Codes::default();
    for (class, listed) in agreed {
        for code in listed {
            assert_eq!(codes.class(*code, None), Some(class), "{code}");
        }
    }
    assert_eq!(codes.class(100, Some(33)), Some(Broken));
    assert_eq!(codes.class(100, Some(34)), Some(Permanent));
    assert_eq!(codes.unlisted(), []);
}

#[test]
fn an_operators_entries_come_before_ours() {
    let theirs = "[codes]\n230 = \"permanent\"\n131026 = \"transient\"\n999999 = \"pair\"\n\"131047/7\" = \"broken\"\n";
    let codes = Codes::with(theirs).unwrap();
    let class = |code| codes.class(code, None);
    assert_eq!(class(230), Some(Class::Permanent));
    assert_eq!(class(231), Some(Class::Broken), "ours");
    assert_eq!(class(131_026), Some(Class::Transient));
    assert_eq!(class(999_999), Some(Class::PairThrottle));
    assert_eq!(codes.class(131_047, Some(7)), Some(Class::Broken));
    assert_eq!(class(131_047), Some(Class::Permanent));
}

#[test]
fn what_cannot_be_meant_is_refused_and_its_line_is_named() {
    let unknown = refused("version = \"1\"\n\n[codes]\n100 = \"permanent\"\n200 = \"forever\"\n");
    assert_eq!(
        unknown,
        "line 5: 200: no class is called \"forever\": write one of permanent, throttle, pair, \
         reputation, broken, transient, struggling, media"
    );
    for (line, table) in [
        (2, "[codes]\nabc = \"pair\"\n"),
        (2, "[codes]\n9-1 = \"pair\"\n"),
        (2, "[codes]\n-5 = \"pair\"\n"),
        (2, "[codes]\n\"1/\" = \"pair\"\n"),
        (3, "[codes]\n1-9 = \"pair\"\n5 = \"pair\"\n"),
        (3, "[codes]\n1 = \"pair\"\n1 = \"pair\"\n"),
        (1, "colour = \"red\"\n[codes]\n"),
        (2, "[codes]\n1 = 2\n"),
    ] {
        let error = refused(table);
        assert!(error.contains(&format!("line {line}")), "{table}: {error}");
    }
}

#[test]
fn codes_that_are_not_listed_are_counted_and_not_without_end() {
    let codes = Codes::default();
    for code in 900_000..900_060 {
        assert_eq!(codes.class(code, None), None);
    }
    codes.class(900_000, Some(1));
    codes.class(190, None);
    let unlisted = codes.unlisted();
    assert_eq!(unlisted.len(), COUNTED + 1);
    assert_eq!(unlisted[0], (Some(900_000), 2));
    assert_eq!(unlisted.last(), Some(&(None, 10)));
}
