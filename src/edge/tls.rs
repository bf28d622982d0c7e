//! The cryptography behind all TLS connections.

/// Makes ring the process's provider of cryptography. Calls after the first change nothing.
pub fn install_provider() {
    // An error only says that a provider is already installed, which is what is wanted.
    drop(rustls::crypto::ring::default_provider().install_default());
}
