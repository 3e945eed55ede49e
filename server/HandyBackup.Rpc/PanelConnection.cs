using HandyBackup.Contracts;
using HandyBackup.Rpc.Content;
using HandyBackup.Rpc.Local;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc;

/// <summary>
/// A panel's connection to a server. All properties may be used from several threads at once until it is disposed.
/// Every call and stream ends with its result, a <see cref="HandyBackupException"/> or an <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class PanelConnection : IDisposable
{
    private readonly MultiplexingStream _multiplexer;
    private readonly PeerRpc _rpc;
    private HelloReply? _server;

    private PanelConnection(Stream transport)
    {
        _multiplexer = ControlChannel.Multiplex(transport);
        var streams = new StreamConverter(typeof(ReceivedStreamConverter<>), (Func<PeerRpc>)(() => _rpc!));
        _rpc = new PeerRpc(ControlChannel.OpenMessages(_multiplexer, streams, new ContentConverter(_multiplexer, () => _rpc!)), Party.Panel) { TraceSource = ControlChannel.Silence() };
        var calls = new CallingEnd(Party.Server, _multiplexer);
        ServerInfo = new ServerInfoRelay(_rpc.Reach<IServerInfo>(MethodPrefix.Server), calls);
        Repositories = new RepositoriesRelay(_rpc.Reach<IRepositories>(MethodPrefix.Repositories), calls);
        Tasks = new TasksRelay(_rpc.Reach<ITasks>(MethodPrefix.Tasks), calls);
        Runs = new RunsRelay(_rpc.Reach<IRuns>(MethodPrefix.Runs), calls);
        Agents = new AgentsRelay(_rpc.Reach<IAgents>(MethodPrefix.Agents), calls);
        Snapshots = new SnapshotsRelay(_rpc.Reach<ISnapshots>(MethodPrefix.Snapshots), calls);
        Items = new ItemsRelay(_rpc.Reach<IItems>(MethodPrefix.Items), calls);
        EnrollmentTokens = new EnrollmentTokensRelay(_rpc.Reach<IEnrollmentTokens>(MethodPrefix.EnrollmentTokens), calls);
        AgentGroups = new AgentGroupsRelay(_rpc.Reach<IAgentGroups>(MethodPrefix.AgentGroups), calls);
        Settings = new SettingsRelay(_rpc.Reach<ISettings>(MethodPrefix.Settings), calls);
        Login = new LoginRelay(_rpc.Reach<ILogin>(MethodPrefix.Login), calls);
        Users = new UsersRelay(_rpc.Reach<IUsers>(MethodPrefix.Users), calls);
        ApiTokens = new ApiTokensRelay(_rpc.Reach<IApiTokens>(MethodPrefix.ApiTokens), calls);
        RemovalRequests = new RemovalRequestsRelay(_rpc.Reach<IRemovalRequests>(MethodPrefix.RemovalRequests), calls);
        AuditLog = new AuditLogRelay(_rpc.Reach<IAuditLog>(MethodPrefix.AuditLog), calls);
        _rpc.StartListening();
        Disconnected = WaitForEndAsync();
    }

    /// <summary>What the server answered to the hello.</summary>
    public HelloReply Server => _server ?? throw new InvalidOperationException("The hello has not been answered yet.");

    /// <summary>Ends when the connection does, whoever ended it; never fails.</summary>
    public Task Disconnected { get; }

    /// <summary>The server itself.</summary>
    public IServerInfo ServerInfo { get; }

    /// <summary>The repositories.</summary>
    public IRepositories Repositories { get; }

    /// <summary>The tasks.</summary>
    public ITasks Tasks { get; }

    /// <summary>The runs.</summary>
    public IRuns Runs { get; }

    /// <summary>The agents.</summary>
    public IAgents Agents { get; }

    /// <summary>The snapshots.</summary>
    public ISnapshots Snapshots { get; }

    /// <summary>The items.</summary>
    public IItems Items { get; }

    /// <summary>The tokens with which machines become agents.</summary>
    public IEnrollmentTokens EnrollmentTokens { get; }

    /// <summary>The groups of agents.</summary>
    public IAgentGroups AgentGroups { get; }

    /// <summary>How the server is set up.</summary>
    public ISettings Settings { get; }

    /// <summary>Who this connection's caller is.</summary>
    public ILogin Login { get; }

    /// <summary>The people who may use the server.</summary>
    public IUsers Users { get; }

    /// <summary>The tokens of scripts.</summary>
    public IApiTokens ApiTokens { get; }

    /// <summary>What waits for a second administrator.</summary>
    public IRemovalRequests RemovalRequests { get; }

    /// <summary>What was done.</summary>
    public IAuditLog AuditLog { get; }

    /// <summary>Connects to the server that works on a data path of this machine and says hello.</summary>
    /// <param name="dataPath">The server's data path, absolute.</param>
    /// <param name="timeout">How long connecting and the hello may take together.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerNotRunning"/>, <see cref="ErrorCode.ProtocolMismatch"/>, <see cref="ErrorCode.AccessDenied"/>,
    /// <see cref="ErrorCode.TimedOut"/>, or <see cref="ErrorCode.ConnectionLost"/> if the server ended or cut the connection during the hello.</exception>
    public static Task<PanelConnection> ConnectLocalAsync(string dataPath, TimeSpan timeout, CancellationToken cancellationToken) =>
        ConnectAsync(token => LocalEndpoint.ForDataPath(dataPath).ConnectAsync(token), $"The server of '{dataPath}'", dataPath, [], timeout, cancellationToken);

    /// <summary>Says hello over a transport that is open already.</summary>
    /// <param name="transport">The connection; this owns it from now on.</param>
    /// <param name="timeout">How long the hello may take.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ProtocolMismatch"/>, <see cref="ErrorCode.ConnectionLost"/> or <see cref="ErrorCode.TimedOut"/>.</exception>
    public static Task<PanelConnection> ConnectAsync(Stream transport, TimeSpan timeout, CancellationToken cancellationToken) =>
        ConnectAsync(_ => Task.FromResult(transport), "The server", null, [], timeout, cancellationToken);

    /// <summary>Ends the connection. Calls under way fail with <see cref="ErrorCode.ConnectionLost"/>. May be called more than once.</summary>
    public void Dispose()
    {
        _rpc.Dispose();

        // Not waited for, because a peer that no longer reads could hold it up; Disconnected ends when it is done.
        _ = _multiplexer.DisposeAsync().AsTask();
    }

    /// <summary>Opens a transport and says hello.</summary>
    /// <param name="open">Opens the transport, which the connection then owns.</param>
    /// <param name="server">The server, as the beginning of a sentence.</param>
    /// <param name="target">What an error names.</param>
    /// <param name="capabilities">What the hello offers.</param>
    /// <param name="timeout">How long both may take together.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    internal static async Task<PanelConnection> ConnectAsync(
        Func<CancellationToken, Task<Stream>> open, string server, string? target, string[] capabilities, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var connection = new PanelConnection(await open(limit.Token).ConfigureAwait(false));
            await connection.GreetAsync(capabilities, limit.Token).ConfigureAwait(false);
            return connection;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HandyBackupException(ErrorCode.TimedOut, $"{server} did not answer within {timeout.TotalSeconds:0.#} seconds.", exception)
            {
                Target = target,
                Advice = "The machine may be busy: try again. If it stays so, look into the server's log and restart the server.",
                IsTransient = true,
            };
        }
    }

    /// <summary>Says that this end lives, to a server that has agreed on it; the answer says that it lives.</summary>
    internal Task BeatAsync(CancellationToken cancellationToken) => _rpc.InvokeWithCancellationAsync(PanelBeat.Method, arguments: null, cancellationToken);

    private async Task GreetAsync(string[] capabilities, CancellationToken cancellationToken)
    {
        // A server that hangs answers no cancellation either: the connection is cut, and that ends the call.
        using CancellationTokenRegistration cut = cancellationToken.Register(Dispose);
        try
        {
            HelloReply reply = await ServerInfo.HelloAsync(new HelloRequest(ProtocolVersion.Current, ProtocolAgreement.Product, capabilities), cancellationToken).ConfigureAwait(false);
            ProtocolAgreement.Verify(Party.Panel, ProtocolVersion.Current, ProtocolAgreement.Product, reply.Protocol, reply.Product);
            _server = reply;
        }
        catch
        {
            Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private async Task WaitForEndAsync()
    {
        await Task.WhenAny(_rpc.Completion, _multiplexer.Completion).ConfigureAwait(false);
        Dispose();
        await Task.WhenAny(_multiplexer.Completion).ConfigureAwait(false);
    }
}
