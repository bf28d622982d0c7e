//! How this program speaks TLS. It chooses the cryptography; it does not open connections.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::BuilderVerifierExt;

/// Makes ring the cryptography of this process. May be called any number of times, from anywhere;
/// a provider that something else chose before stays.
pub fn install_provider() {
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster: then there is a provider, as wanted.
        drop(ring::default_provider().install_default());
    }
}

/// A client's side of TLS that trusts what the operating system trusts. `SSL_CERT_FILE` and
/// `SSL_CERT_DIR` are honoured where the system has no trust store of its own.
///
/// # Errors
///
/// If the system's trusted certificates cannot be read.
pub fn client_config() -> Result<Arc<ClientConfig>, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(Arc::new(config))
}
