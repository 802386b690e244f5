use super::*;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        retry_after: None,
        content_type: None,
        date: None,
        body: body.as_bytes().to_vec(),
    }
}

fn refusal(status: u16, code: i64) -> Answer {
    answer(
        status,
        &format!(
            r#"{{"error":{{"message":"(#{code}) No","type":"OAuthException","code":{code},"fbtrace_id":"A"}}}}"#
        ),
    )
}

fn judged_by_ours(answer: &Answer, starts: u32, access_token: &str) -> SendError {
    Codes::default().judge(answer, starts, access_token)
}

fn judged(answer: &Answer, starts: u32) -> (Again, Slow) {
    match judged_by_ours(answer, starts, "token") {
        SendError::NotTaken(not_taken) => (not_taken.again, not_taken.slow),
        SendError::Unknown(reason) => panic!("unknown: {reason}"),
    }
}

fn after(seconds: u64) -> Again {
    Again::After(Duration::from_secs(seconds))
}

#[test]
fn every_listed_code_has_its_reaction() {
    let never = (Again::Never, Slow::Message);
    let throttled = (Again::Backoff, Slow::Channel);
    let bad_name = (Again::Backoff, Slow::Reputation);
    let broken = (Again::Backoff, Slow::Broken);
    let transient = (Again::Backoff, Slow::Message);
    let struggling = (after(60), Slow::Message);
    let table: &[(&[i64], (Again, Slow))] = &[
        (
            &[100, 131008, 131009, 131021, 131026, 131047, 131051],
            never,
        ),
        (&[131052, 132000, 132001, 132012, 132015, 130472], never),
        (&[131049, 131050], never),
        (&[130429, 4, 80007, 17], throttled),
        (&[131056], (Again::Backoff, Slow::Conversation)),
        (&[131048, 133016], bad_name),
        (&[0, 190, 10, 200, 230, 299, 131005, 368, 131031], broken),
        (&[131042, 131045, 133010, 33, 104, 3], broken),
        (&[2, 133004, 131057], transient),
        (&[131000, 131016, 1], struggling),
    ];
    for (codes, expected) in table {
        for code in *codes {
            // The code decides, whatever the status.
            for status in [400, 401, 403, 429, 503] {
                assert_eq!(
                    judged(&refusal(status, *code), 0),
                    *expected,
                    "{status} {code}"
                );
            }
        }
    }
}

#[test]
fn a_transient_code_behind_another_server_error_waits_for_an_echo() {
    for code in [2, 133004, 131057] {
        assert_eq!(judged(&refusal(500, code), 0), (after(60), Slow::Message));
    }
}

#[test]
fn an_unlisted_code_is_judged_by_its_status() {
    assert_eq!(
        judged(&refusal(400, 999_999), 0),
        (Again::Never, Slow::Message)
    );
    assert_eq!(
        judged(&refusal(429, 999_999), 0),
        (Again::Backoff, Slow::Channel)
    );
    assert_eq!(
        judged(&refusal(500, 999_999), 0),
        (after(60), Slow::Message)
    );
    let transient =
        r#"{"error":{"message":"x","type":"OAuthException","code":999999,"is_transient":true}}"#;
    assert_eq!(
        judged(&answer(400, transient), 0),
        (after(60), Slow::Message)
    );
}

#[test]
fn an_operators_table_decides_before_ours() {
    let codes = Codes::with("[codes]\n131026 = \"transient\"").unwrap();
    let SendError::NotTaken(not_taken) = codes.judge(&refusal(400, 131_026), 0, "token") else {
        panic!("an envelope is a proof");
    };
    assert_eq!(not_taken.again, Again::Backoff);
}

#[test]
fn a_sender_that_does_not_exist_is_no_fault_of_the_message() {
    let body = r#"{"error":{"message":"Unsupported post request.","type":"GraphMethodException","code":100,"error_subcode":33,"fbtrace_id":"A"}}"#;
    assert_eq!(
        judged(&answer(400, body), 0),
        (Again::Backoff, Slow::Broken)
    );
}

#[test]
fn a_file_is_fetched_three_times_more() {
    let schedule: Vec<Again> = (0..5)
        .map(|starts| judged(&refusal(400, 131053), starts).0)
        .collect();
    assert_eq!(
        schedule,
        [after(10), after(60), after(300), Again::Never, Again::Never]
    );
}

#[test]
fn retry_after_lengthens_every_pause_but_never() {
    let check = |code, seconds, expected| {
        let answer = Answer {
            retry_after: Some(Duration::from_secs(seconds)),
            ..refusal(429, code)
        };
        assert_eq!(judged(&answer, 0).0, expected, "{code}");
    };
    check(130429, 7, after(7));
    check(130429, 0, after(0));
    check(131056, 9, after(9));
    check(2, 9, after(9));
    check(131000, 9, after(60));
    check(190, 600, after(600));
    check(100, 9, Again::Never);
    check(130429, u64::MAX, after(6 * 3600));
}

#[test]
fn without_graphs_envelope_it_is_unknown() {
    let pages = [
        "",
        "<html>502 Bad Gateway</html>",
        "{}",
        "[]",
        "null",
        r#"{"error":"bad gateway"}"#,
        r#"{"error":{"message":"no code","type":"OAuthException"}}"#,
        r#"{"error":{"code":502,"message":"upstream connect error"}}"#,
        r#"{"error":{"code":1"#,
    ];
    for page in pages {
        for status in [400, 401, 404, 408, 429, 500, 502, 503, 504] {
            let error = judged_by_ours(&answer(status, page), 0, "token");
            assert!(matches!(error, SendError::Unknown(_)), "{status} {page}");
        }
    }
}

#[test]
fn an_envelope_proves_nothing_under_another_status() {
    for status in [100, 200, 204, 301, 302, 399, 600] {
        let error = judged_by_ours(&refusal(status, 131047), 0, "token");
        assert!(matches!(error, SendError::Unknown(_)), "{status}");
    }
}

#[test]
fn the_failure_has_graphs_words_and_hides_the_token() {
    let body = r#"{"error":{"message":"Malformed access token EAAsecret","type":"OAuthException","code":190,"error_data":{"details":"EAAsecret is bad"},"fbtrace_id":"A"}}"#;
    let SendError::NotTaken(not_taken) = judged_by_ours(&answer(401, body), 0, "EAAsecret") else {
        panic!("an envelope is a proof");
    };
    assert_eq!(
        not_taken.failure,
        Failure::new(190, "Malformed access token ***").because("*** is bad")
    );
}
