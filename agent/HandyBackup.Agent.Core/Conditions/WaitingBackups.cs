namespace HandyBackup.Agent.Core.Conditions;

/// <summary>Since when which backups wait for better conditions.</summary>
internal sealed record WaitingBackups
{
    /// <summary>By task.</summary>
    public Dictionary<string, DateTimeOffset> Since { get; set; } = [];
}
