using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>One of the keys, each with its own password, that open a repository.</summary>
public sealed class HBRepositoryKey : ServerObject
{
    internal HBRepositoryKey(RepositoryKey key, HBSession session)
        : base(session)
    {
        Repository = PrintableText.Clean(key.Repository);
        KeyId = key.Id;
        UserName = PrintableText.Clean(key.UserName);
        HostName = PrintableText.Clean(key.HostName);
        Created = key.Created;
        IsCurrent = key.IsCurrent;
    }

    /// <summary>The repository's name.</summary>
    public string Repository { get; }

    /// <summary>The key's id: 64 hexadecimal digits.</summary>
    public string KeyId { get; }

    /// <summary>Who made it, as the key file says.</summary>
    public string UserName { get; }

    /// <summary>Where it was made, as the key file says.</summary>
    public string HostName { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>True for the key that the server opens the repository with.</summary>
    public bool IsCurrent { get; }

    /// <inheritdoc/>
    public override string ToString() => KeyId;
}
