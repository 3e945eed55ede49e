using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Whether a second administrator must approve what removes data.</summary>
public sealed class HBRemovalPolicy : ServerObject
{
    internal HBRemovalPolicy(RemovalPolicy info, HBSession session)
        : base(session)
    {
        NeedsApproval = info.NeedsApproval;
    }

    /// <summary>True if one must.</summary>
    public bool NeedsApproval { get; }

    /// <inheritdoc/>
    public override string ToString() => NeedsApproval ? "approval needed" : "no approval needed";
}
