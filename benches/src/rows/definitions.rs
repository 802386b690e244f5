//! The rows of the report, and what they should reach.

use crate::report::Definition;

/// Every row, in the order of the report.
pub(crate) const DEFINITIONS: [Definition; 12] = [
    Definition::more(
        "accept_64",
        "durable accept / forgetful, 64 connections",
        "%",
    )
    .reach(60.0),
    Definition::more(
        "accept_256",
        "durable accept / forgetful, 256 connections",
        "%",
    ),
    Definition::less(
        "accept_p50_ms",
        "durable accept at half the maximum, p50",
        "ms",
    ),
    Definition::less(
        "accept_p99_ms",
        "durable accept at half the maximum, p99",
        "ms",
    ),
    Definition::more("pipeline", "accept to submitted / forgetful", "%").reach(75.0),
    Definition::more(
        "circle_per_s",
        "whole circle: three statuses in, three webhooks out",
        "/s",
    )
    .reach(2500.0),
    Definition::more("growth_10m", "accept to submitted, full store / empty", "%").reach(90.0),
    Definition::less("queued_bytes", "memory per queued message", "bytes").reach(64.0),
    Definition::less("disk_bytes", "disk per message, accepted and sent", "bytes").reach(2500.0),
    Definition::less("idle_mb", "idle memory", "MB").reach(25.0),
    Definition::less("restart_1m_s", "restart with 1 M queued", "s").reach(5.0),
    Definition::more(
        "kannel",
        "accept to submitted, synced / Kannel's spool, never synced",
        "x",
    )
    .reach(4.0),
];
