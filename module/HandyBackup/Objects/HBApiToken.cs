using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A token by which scripts use a server over a network.</summary>
public sealed class HBApiToken : ServerObject
{
    internal HBApiToken(ApiTokenInfo info, HBSession session, Secret? token = null)
        : base(session)
    {
        Name = PrintableText.Clean(info.Name);
        Description = PrintableText.Clean(info.Description);
        Grants = GrantText.Of(info.Grants);
        Created = info.Created;
        Expires = info.Expires;
        LastLogin = info.LastLogin;
        Token = token?.Value;
    }

    /// <summary>The name, unique on its server.</summary>
    public string Name { get; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; }

    /// <summary>What its bearer may do.</summary>
    public string[] Grants { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>From when on it is refused.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>When somebody last logged in with it; null if never.</summary>
    public DateTimeOffset? LastLogin { get; }

    /// <summary>The token itself, when it was just made; else null: the server does not keep it.</summary>
    public string? Token { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
