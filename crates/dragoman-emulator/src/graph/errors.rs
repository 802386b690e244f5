//! Errors of the Graph API: the table of codes and the envelope.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rand::RngExt as _;
use serde_json::json;

/// What a caller hears instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    status: StatusCode,
    pub(crate) code: u32,
    subcode: Option<u32>,
    kind: &'static str,
    message: String,
    details: Option<String>,
}

impl GraphError {
    /// One of the documented codes, with its usual title and status.
    pub(crate) fn known(code: u32) -> Self {
        Self {
            status: status(code),
            code,
            subcode: None,
            kind: "OAuthException",
            message: format!("(#{code}) {}", title(code)),
            details: None,
        }
    }

    pub(crate) fn with(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// Code 100 with a sentence of its own.
    pub(crate) fn parameter(sentence: &str) -> Self {
        Self {
            message: format!("(#100) {sentence}"),
            ..Self::known(100)
        }
    }

    /// A parameter that a message cannot do without.
    pub(crate) fn missing(name: &str) -> Self {
        Self::known(131_008).with(format!("Parameter {name} is required"))
    }

    /// A parameter that is there and wrong.
    pub(crate) fn invalid(details: &str) -> Self {
        Self::known(131_009).with(details)
    }

    pub(crate) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            ..Self::parameter("The request is too large.")
        }
    }

    pub(crate) fn no_token() -> Self {
        Self {
            message: "(#104) An access token is required to request this resource.".to_owned(),
            ..Self::known(104)
        }
    }

    pub(crate) fn wrong_token() -> Self {
        Self {
            message: "Invalid OAuth access token - Cannot parse access token".to_owned(),
            ..Self::known(190)
        }
    }

    /// An id that means nothing, or a verb that it does not know.
    pub(crate) fn unknown_object(verb: &str, id: &str) -> Self {
        let verb = verb.to_ascii_lowercase();
        Self {
            subcode: Some(33),
            kind: "GraphMethodException",
            message: format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                 permissions, or does not support this operation. Please read the Graph API documentation at \
                 https://developers.facebook.com/docs/graph-api"
            ),
            ..Self::known(100)
        }
    }

    pub(crate) fn subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }
}

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let trace: String = format!("A{:021X}", rand::rng().random::<u128>() >> 44);
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": trace,
        });
        if let Some(details) = self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if matches!(self.code, 2 | 131_000 | 131_016 | 133_004) {
            error["is_transient"] = json!(true);
        }
        (self.status, Json(json!({"error": error}))).into_response()
    }
}

fn status(code: u32) -> StatusCode {
    match code {
        0 | 104 | 190 => StatusCode::UNAUTHORIZED,
        10 | 200..=299 | 368 | 131_005 | 131_031 | 130_497 => StatusCode::FORBIDDEN,
        4 | 17 | 80_007 | 130_429 | 131_048 | 131_056 => StatusCode::TOO_MANY_REQUESTS,
        2 | 131_016 | 133_004 => StatusCode::SERVICE_UNAVAILABLE,
        1 | 3 | 131_000 | 131_057 => StatusCode::INTERNAL_SERVER_ERROR,
        131_006 | 132_001 => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// The title that stands in `message`, and in the errors of webhooks.
pub(crate) fn title(code: u32) -> &'static str {
    match code {
        0 => "AuthException",
        1 => "API Unknown",
        2 => "API Service",
        3 => "API Method",
        4 => "API Too Many Calls",
        10 => "Permission Denied",
        33 => "Parameter value is not valid",
        100 => "Invalid parameter",
        190 => "Access token has expired",
        200..=299 => "API Permission",
        368 => "Temporarily blocked for policies violations",
        80_007 => "Rate limit issues",
        130_403 => "Business has blocked this user",
        130_429 => "Rate limit hit",
        130_472 => "User's number is part of an experiment",
        130_497 => "Business account is restricted from messaging users in this country",
        131_002 => "Invalid recipient type",
        131_005 => "Access denied",
        131_006 => "Resource not found",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_016 => "Service unavailable",
        131_021 => "Recipient cannot be sender",
        131_026 => "Message undeliverable",
        131_030 => "Recipient phone number not in allowed list",
        131_031 => "Account has been locked",
        131_042 => "Business eligibility payment issue",
        131_045 => "Incorrect certificate",
        131_047 => "Re-engagement message",
        131_048 => "Spam rate limit hit",
        131_049 => "This message was not delivered to maintain healthy ecosystem engagement",
        131_050 => "User has stopped marketing messages",
        131_051 => "Unsupported message type",
        131_052 => "Media download error",
        131_053 => "Media upload error",
        131_056 => "(Business Account, Consumer Account) pair rate limit hit",
        131_057 => "Account in maintenance mode",
        131_062 => "BSUID recipients are not supported for this message",
        132_000 => "Number of parameters does not match the expected number of params",
        132_001 => "Template name does not exist in the translation",
        132_005 => "Translated text too long",
        132_007 => "Template format character policy violated",
        132_012 => "Parameter format does not match format in the created template",
        132_015 => "Template is paused",
        132_016 => "Template is disabled",
        133_004 => "Server temporarily unavailable",
        133_005 => "Two step verification PIN mismatch",
        133_010 => "Phone number not registered",
        135_000 => "Generic user error",
        137_000 => "Recipient identity key hash mismatch",
        _ => "Something went wrong",
    }
}
