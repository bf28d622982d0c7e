//! Deletes that are done for somebody whose credentials were not given.

use crate::reference::defect::{Area, Defect, Fault, admission};

defects! {
    must Authentication "delete-by-session-id-as-bearer", &["delete.bad-bearer"], "The session id serves as a bearer." =>
        Fault::Admission { of: admission::session_id_as_bearer, denied: false };
    must Authentication "delete-by-code-id-as-bearer", &["delete.bad-bearer"], "The id of the verification code serves as a bearer." =>
        Fault::Admission { of: admission::code_id_as_bearer, denied: false };
    must Authentication "delete-by-code-as-bearer", &["delete.bad-bearer"], "The verification code serves as a bearer." =>
        Fault::Admission { of: admission::code_as_bearer, denied: false };
    must Authentication "delete-by-user-id-as-bearer", &["delete.bad-bearer"], "The user's id serves as a bearer." =>
        Fault::Admission { of: admission::user_id_as_bearer, denied: false };
    must Authentication "delete-by-email-as-bearer", &["delete.bad-bearer"], "The email serves as a bearer." =>
        Fault::Admission { of: admission::email_as_bearer, denied: false };
    must Authentication "delete-by-alias-as-bearer", &["delete.bad-bearer"], "The alias serves as a bearer." =>
        Fault::Admission { of: admission::alias_as_bearer, denied: false };
    must Authentication "delete-by-api-key-as-bearer", &["delete.bad-bearer"], "The API key serves as a bearer." =>
        Fault::Admission { of: admission::key_as_bearer, denied: false };
    must Authentication "delete-by-api-secret-as-bearer", &["delete.bad-bearer"], "The API secret serves as a bearer." =>
        Fault::Admission { of: admission::secret_as_bearer, denied: false };
    must Authentication "delete-by-bearer-continued", &["delete.bad-bearer"], "A bearer with something behind it is taken for the bearer." =>
        Fault::Admission { of: admission::bearer_continued, denied: false };
    must Authentication "delete-by-bearer-preceded", &["delete.bad-bearer"], "A bearer with something before it is taken for the bearer." =>
        Fault::Admission { of: admission::bearer_preceded, denied: false };
    must Authentication "delete-by-any-secret", &["delete.bad-secret", "delete.foreign"], "Any secret goes with a right key." =>
        Fault::Admission { of: admission::any_secret, denied: false };
    must Authentication "delete-by-secret-continued", &["delete.bad-secret"], "A secret with something behind it is taken for the secret." =>
        Fault::Admission { of: admission::secret_continued, denied: false };
    must Authentication "delete-by-secret-preceded", &["delete.bad-secret"], "A secret with something before it is taken for the secret." =>
        Fault::Admission { of: admission::secret_preceded, denied: false };
    must Authentication "delete-by-key-as-secret", &["delete.bad-secret"], "The key serves as its own secret." =>
        Fault::Admission { of: admission::key_as_secret, denied: false };
    must Authentication "delete-by-bearer-as-secret", &["delete.bad-secret"], "A bearer serves as the secret of a key." =>
        Fault::Admission { of: admission::bearer_as_secret, denied: false };
    must Authentication "delete-by-foreign-secret", &["delete.foreign"], "A key goes with the secret of any other key." =>
        Fault::Admission { of: admission::foreign_secret, denied: false };
    must Authentication "delete-by-any-key", &["delete.bad-key", "delete.bad-secret", "delete.foreign"], "Any key goes with a right secret." =>
        Fault::Admission { of: admission::any_key, denied: false };
    must Authentication "delete-by-key-continued", &["delete.bad-key"], "A key with something behind it is taken for the key." =>
        Fault::Admission { of: admission::key_continued, denied: false };
    must Authentication "delete-by-swapped-pair", &["delete.bad-key"], "Key and secret may change places." =>
        Fault::Admission { of: admission::swapped_pair, denied: false };
    must Authentication "delete-by-bearer-as-pair", &["delete.bad-key", "delete.bad-secret"], "A bearer serves as a key pair." =>
        Fault::Admission { of: admission::bearer_as_pair, denied: false };
    must Authentication "delete-by-key-alone", &["delete.half-pair"], "A key suffices without its secret." =>
        Fault::Admission { of: admission::key_alone, denied: false };
    must Authentication "delete-by-secret-alone", &["delete.half-pair"], "A secret suffices without its key." =>
        Fault::Admission { of: admission::secret_alone, denied: false };
    must Authentication "delete-by-key-and-empty-secret", &["delete.half-pair"], "A key suffices with an empty secret." =>
        Fault::Admission { of: admission::key_and_empty_secret, denied: false };
    must Authentication "delete-named-in-query", &["delete.foreign"], "The user whom the query names is deleted." =>
        Fault::Admission { of: admission::named_in_query, denied: false };
    must Authentication "delete-named-in-body", &["delete.foreign"], "The user whom the body names is deleted." =>
        Fault::Admission { of: admission::named_in_body, denied: false };
    must Authentication "delete-named-in-path", &["delete.foreign"], "The user whom the path names is deleted." =>
        Fault::Admission { of: admission::named_in_path, denied: false };
    must Authentication "delete-denied-but-done-bearer", &["delete.bad-bearer"], "A session id as a bearer is refused, and the account is gone." =>
        Fault::Admission { of: admission::session_id_as_bearer, denied: true };
    must Authentication "delete-denied-but-done-secret", &["delete.bad-secret", "delete.foreign"], "A wrong secret is refused, and the account is gone." =>
        Fault::Admission { of: admission::any_secret, denied: true };
    must Authentication "delete-denied-but-done-key", &["delete.bad-key", "delete.bad-secret", "delete.foreign"], "A wrong key is refused, and the account is gone." =>
        Fault::Admission { of: admission::any_key, denied: true };
    must Authentication "delete-denied-but-done-half-pair", &["delete.half-pair"], "A key without its secret is refused, and the account is gone." =>
        Fault::Admission { of: admission::key_alone, denied: true };
}
