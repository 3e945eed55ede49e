using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Something that waits for a second administrator.</summary>
public sealed class HBRemoval : ServerObject
{
    internal HBRemoval(RemovalRequest info, HBSession session)
        : base(session)
    {
        Id = info.Id;
        Kind = info.Kind;
        Target = PrintableText.Clean(info.Target);
        RequestedBy = PrintableText.Clean(info.RequestedBy);
        Requested = info.Requested;
        Expires = info.Expires;
    }

    /// <summary>The request's id.</summary>
    public Guid Id { get; }

    /// <summary>What is to be done.</summary>
    public RemovalKind Kind { get; }

    /// <summary>To what.</summary>
    public string Target { get; }

    /// <summary>Who asked.</summary>
    public string RequestedBy { get; }

    /// <summary>When.</summary>
    public DateTimeOffset Requested { get; }

    /// <summary>Until when it can be approved.</summary>
    public DateTimeOffset Expires { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Target}";
}
