using HandyBackup.Contracts;
using HandyBackup.Rpc.Local;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc;

/// <summary>
/// A panel's connection to a server. All properties may be used from several threads at once until it is disposed.
/// Every call and stream ends with its result, a <see cref="HandyBackupException"/> or an <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class PanelConnection : IDisposable
{
    private readonly MultiplexingStream _multiplexer;
    private readonly PanelRpc _rpc;
    private HelloReply? _server;

    private PanelConnection(Stream transport)
    {
        _multiplexer = ControlChannel.Multiplex(transport);
        var streams = new StreamConverter(typeof(PanelStreamConverter<>), (Func<PanelRpc>)(() => _rpc!));
        _rpc = new PanelRpc(ControlChannel.OpenMessages(_multiplexer, streams)) { TraceSource = ControlChannel.Silence() };
        var calls = new PanelCalls();
        ServerInfo = new ServerInfoRelay(Attach<IServerInfo>(MethodPrefix.Server), calls);
        Repositories = new RepositoriesRelay(Attach<IRepositories>(MethodPrefix.Repositories), calls);
        Tasks = new TasksRelay(Attach<ITasks>(MethodPrefix.Tasks), calls);
        Runs = new RunsRelay(Attach<IRuns>(MethodPrefix.Runs), calls);
        Agents = new AgentsRelay(Attach<IAgents>(MethodPrefix.Agents), calls);
        Snapshots = new SnapshotsRelay(Attach<ISnapshots>(MethodPrefix.Snapshots), calls);
        Items = new ItemsRelay(Attach<IItems>(MethodPrefix.Items), calls);
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

    /// <summary>Connects to the server that works on a data path of this machine and says hello.</summary>
    /// <param name="dataPath">The server's data path, absolute.</param>
    /// <param name="timeout">How long connecting and the hello may take together.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerNotRunning"/>, <see cref="ErrorCode.ProtocolMismatch"/>, <see cref="ErrorCode.AccessDenied"/>,
    /// <see cref="ErrorCode.TimedOut"/>, or <see cref="ErrorCode.ConnectionLost"/> if the server ended or cut the connection during the hello.</exception>
    public static Task<PanelConnection> ConnectLocalAsync(string dataPath, TimeSpan timeout, CancellationToken cancellationToken) =>
        ConnectAsync(token => LocalEndpoint.ForDataPath(dataPath).ConnectAsync(token), dataPath, timeout, cancellationToken);

    /// <summary>Says hello over a transport that is open already.</summary>
    /// <param name="transport">The connection; this owns it from now on.</param>
    /// <param name="timeout">How long the hello may take.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ProtocolMismatch"/>, <see cref="ErrorCode.ConnectionLost"/> or <see cref="ErrorCode.TimedOut"/>.</exception>
    public static Task<PanelConnection> ConnectAsync(Stream transport, TimeSpan timeout, CancellationToken cancellationToken) =>
        ConnectAsync(_ => Task.FromResult(transport), "the server", timeout, cancellationToken);

    /// <summary>Ends the connection. Calls under way fail with <see cref="ErrorCode.ConnectionLost"/>. May be called more than once.</summary>
    public void Dispose()
    {
        _rpc.Dispose();

        // Not waited for, because a peer that no longer reads could hold it up; Disconnected ends when it is done.
        _ = _multiplexer.DisposeAsync().AsTask();
    }

    private static async Task<PanelConnection> ConnectAsync(Func<CancellationToken, Task<Stream>> open, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var connection = new PanelConnection(await open(limit.Token).ConfigureAwait(false));
            await connection.GreetAsync(limit.Token).ConfigureAwait(false);
            return connection;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HandyBackupException(ErrorCode.TimedOut, $"The server of '{target}' did not answer within {timeout.TotalSeconds:0.#} seconds.", exception)
            {
                Target = target,
                Advice = "The machine may be busy: try again. If it stays so, look into the server's log and restart the server.",
                IsTransient = true,
            };
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        // A server that hangs answers no cancellation either: the connection is cut, and that ends the call.
        using CancellationTokenRegistration cut = cancellationToken.Register(Dispose);
        try
        {
            HelloReply reply = await ServerInfo.HelloAsync(new HelloRequest(ProtocolVersion.Current, ProtocolAgreement.Product, []), cancellationToken).ConfigureAwait(false);
            ProtocolAgreement.Verify(ProtocolVersion.Current, ProtocolAgreement.Product, reply.Protocol, reply.Product);
            _server = reply;
        }
        catch
        {
            Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private T Attach<T>(string prefix)
        where T : class =>
        _rpc.Attach<T>(new JsonRpcProxyOptions
        {
            MethodNameTransform = CommonMethodNameTransforms.Prepend(prefix),
            ProxySource = JsonRpcProxyOptions.ProxyImplementation.AlwaysSourceGenerated,
        });

    private async Task WaitForEndAsync()
    {
        await Task.WhenAny(_rpc.Completion, _multiplexer.Completion).ConfigureAwait(false);
        Dispose();
        await Task.WhenAny(_multiplexer.Completion).ConfigureAwait(false);
    }
}
