using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A server that was restored and can be started.</summary>
public sealed class HBServerRestoration
{
    internal HBServerRestoration(ServerRestoration restored, HBServerBackup backup)
    {
        DataPath = restored.DataPath;
        KeptAside = restored.KeptAside;
        RevokedTokens = restored.RevokedTokens;
        DroppedRemovals = restored.DroppedRemovals;
        Backup = backup;
    }

    /// <summary>The data path that it can be started on.</summary>
    public string DataPath { get; }

    /// <summary>The folder with what the data path held before; null if it held no server.</summary>
    public string? KeptAside { get; }

    /// <summary>Enrolment tokens that were revoked.</summary>
    public int RevokedTokens { get; }

    /// <summary>Removals that waited for a second administrator, and were dropped.</summary>
    public int DroppedRemovals { get; }

    /// <summary>What was restored.</summary>
    public HBServerBackup Backup { get; }

    /// <inheritdoc/>
    public override string ToString() => DataPath;
}
