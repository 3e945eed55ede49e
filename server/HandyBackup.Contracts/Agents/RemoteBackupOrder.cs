namespace HandyBackup.Contracts;

/// <summary>A backup that an agent on another machine is told to make.</summary>
public sealed record RemoteBackupOrder
{
    /// <summary>What to back up.</summary>
    public required BackupOrder Order { get; init; }

    /// <summary>The name of the channel that the server opens for it.</summary>
    public required string Channel { get; init; }
}
