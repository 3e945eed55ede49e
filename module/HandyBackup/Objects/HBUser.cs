using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Somebody who may use a server over a network.</summary>
public sealed class HBUser : ServerObject
{
    internal HBUser(UserInfo info, HBSession session)
        : base(session)
    {
        Name = PrintableText.Clean(info.Name);
        User = Name;
        Description = PrintableText.Clean(info.Description);
        IsEnabled = info.IsEnabled;
        HasPassword = info.HasPassword;
        NeedsOneTimeCode = info.NeedsOneTimeCode;
        CertificateFingerprint = info.CertificateFingerprint is null ? null : PrintableText.Clean(info.CertificateFingerprint);
        Grants = GrantText.Of(info.Grants);
        Created = info.Created;
        Changed = info.Changed;
        LastLogin = info.LastLogin;
    }

    /// <summary>The name, unique on its server.</summary>
    public string Name { get; }

    /// <summary>The name again, for commands that take a user among other things.</summary>
    public string User { get; }

    /// <summary>What people should know of the account.</summary>
    public string Description { get; }

    /// <summary>False if nobody can log in as this user.</summary>
    public bool IsEnabled { get; }

    /// <summary>True if the user can log in by a password.</summary>
    public bool HasPassword { get; }

    /// <summary>True if a login by the password needs a one-time code, too.</summary>
    public bool NeedsOneTimeCode { get; }

    /// <summary>The SHA-256 of the certificate by which the user can log in; null for none.</summary>
    public string? CertificateFingerprint { get; }

    /// <summary>What the user may do.</summary>
    public string[] Grants { get; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>When an administrator last changed it.</summary>
    public DateTimeOffset Changed { get; }

    /// <summary>When the user last logged in; null if never.</summary>
    public DateTimeOffset? LastLogin { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
