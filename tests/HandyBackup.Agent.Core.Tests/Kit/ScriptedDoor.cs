using System.Threading.Channels;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Kit;

/// <summary>A server of which the test says what each attempt meets.</summary>
internal sealed class ScriptedDoor(TestAuthority authority) : IServerDoor
{
    private readonly Channel<ScriptedConnection> _opened = Channel.CreateUnbounded<ScriptedConnection>();
    private readonly Channel<int> _attempts = Channel.CreateUnbounded<int>();
    private int _count;

    /// <summary>What the next attempts fail with; null lets them in.</summary>
    public HandyBackupException? Refusal { get; set; }

    /// <summary>What the server grants.</summary>
    public AgentKind Kind { get; set; } = AgentKind.Workstation;

    /// <summary>The certificates that agents came with, in order.</summary>
    public List<string> Thumbprints { get; } = [];

    public EnrollAgentRequest? Enrolled { get; private set; }

    public int Attempts => Volatile.Read(ref _count);

    public Task<EnrolledAgent> EnrollAsync(ServerAddress server, EnrollAgentRequest request, CancellationToken cancellationToken)
    {
        Enrolled = request;
        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        var id = Guid.NewGuid();
        return Task.FromResult(new EnrolledAgent
        {
            AgentId = id,
            Status = AgentStatus.Approved,
            Certificate = authority.Sign(request.CertificateRequest, id, DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(365)),
            AuthorityCertificate = authority.Certificate,
        });
    }

    public async Task<IServerConnection> ConnectAsync(ServerAddress server, AgentCredential credential, IAgent agent, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _count);
        Thumbprints.Add(credential.Certificate.Thumbprint);
        await _attempts.Writer.WriteAsync(number, cancellationToken);
        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        var connection = new ScriptedConnection(Kind, await agent.DescribeAsync(cancellationToken));
        await _opened.Writer.WriteAsync(connection, cancellationToken);
        return connection;
    }

    /// <summary>The next connection that is made.</summary>
    public Task<ScriptedConnection> NextAsync() => _opened.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The next attempt, whatever it comes to.</summary>
    public Task<int> NextAttemptAsync() => _attempts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
}
