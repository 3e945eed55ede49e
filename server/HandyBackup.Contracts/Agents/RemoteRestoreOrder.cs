namespace HandyBackup.Contracts;

/// <summary>A restore, or the plan of one, that an agent on another machine is told to make.</summary>
public sealed record RemoteRestoreOrder
{
    /// <summary>What to restore.</summary>
    public required RestoreOrder Order { get; init; }

    /// <summary>The name of the channel that the server opens for it.</summary>
    public required string Channel { get; init; }
}
