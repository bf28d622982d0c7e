//! The users that are made before the first step, and what is known of them.

/// A user that is made before the first step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The case's own user.
    User,
    /// The case's second user.
    Second,
    /// The user that many cases share.
    Known,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::User, Self::Second, Self::Known];

    /// The name in front of the dot: `user`, `second`, `known`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Second => "second",
            Self::Known => "known",
        }
    }
}

/// Something known about a user that was made before the first step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserMember {
    /// The user's id.
    Id,
    /// The email address.
    Email,
    /// The full name.
    FullName,
    /// The alias.
    Alias,
    /// The bearer of the verified session.
    Bearer,
    /// The id of that session.
    SessionId,
    /// The id of the verification code that verified it.
    CodeId,
    /// That code.
    Code,
    /// The API key.
    ApiKey,
    /// The API secret.
    ApiSecret,
}

impl UserMember {
    /// All members.
    pub const ALL: [Self; 10] = [
        Self::Id,
        Self::Email,
        Self::FullName,
        Self::Alias,
        Self::Bearer,
        Self::SessionId,
        Self::CodeId,
        Self::Code,
        Self::ApiKey,
        Self::ApiSecret,
    ];

    /// The name behind the dot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::FullName => "fullName",
            Self::Alias => "alias",
            Self::Bearer => "bearer",
            Self::SessionId => "sessionID",
            Self::CodeId => "verificationCodeID",
            Self::Code => "code",
            Self::ApiKey => "apiKey",
            Self::ApiSecret => "apiSecret",
        }
    }
}
