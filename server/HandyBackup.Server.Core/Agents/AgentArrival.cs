namespace HandyBackup.Server.Core;

/// <summary>
/// A connection that shows an agent's certificate, from before the agent is admitted until the connection has ended: whoever suspends or removes the agent ends it,
/// at whatever stage it is.
/// </summary>
internal sealed class AgentArrival : IDisposable
{
    private readonly AgentDirectory _directory;
    private readonly CancellationTokenSource _cut = new();

    public AgentArrival(AgentDirectory directory, Guid id)
    {
        _directory = directory;
        Id = id;
        CutOff = _cut.Token;
    }

    /// <summary>The agent that the certificate names.</summary>
    public Guid Id { get; }

    /// <summary>Cancelled when the connection must end.</summary>
    public CancellationToken CutOff { get; }

    /// <summary>What orders go to; null until the agent was admitted.</summary>
    public ConnectedAgent? Agent { get; set; }

    /// <summary>Ends the connection. Returns at once.</summary>
    public void Cut() => _ = _cut.CancelAsync();

    /// <summary>To be called when the connection has ended.</summary>
    public void Dispose() => _directory.Leave(this);
}
