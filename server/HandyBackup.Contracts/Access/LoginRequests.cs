namespace HandyBackup.Contracts;

/// <summary>How a caller shows who it is: by name and password, by an API token, or, if neither is given, by the certificate of the TLS connection.</summary>
public sealed record LoginRequest
{
    /// <summary>The user's name; null for a token or a certificate.</summary>
    public string? Name { get; init; }

    /// <summary>The user's password.</summary>
    public Secret? Password { get; init; }

    /// <summary>The one-time code, if the account needs one.</summary>
    public Secret? Code { get; init; }

    /// <summary>The API token.</summary>
    public Secret? Token { get; init; }
}

/// <summary>Changes the caller's own password.</summary>
/// <param name="Password">The one that it has.</param>
/// <param name="NewPassword">The one that it gets.</param>
public sealed record ChangePasswordRequest(Secret Password, Secret NewPassword);

/// <summary>A code that a device shows for half a minute.</summary>
/// <param name="Code">The six digits.</param>
public sealed record OneTimeCode(Secret Code);

/// <summary>What a device needs to make one-time codes. It is shown once.</summary>
/// <param name="Secret">The secret in base32, to be typed.</param>
/// <param name="Uri">The same as an <c>otpauth</c> address, to be shown as a picture and photographed.</param>
public sealed record OneTimeCodeSecret(Secret Secret, Secret Uri);
