using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Reflection;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>A server on a real local endpoint, with the real connections, whose answers a test scripts.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<string, Func<object?, CancellationToken, object?>> _answers = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly PanelServices _services;
    private readonly Task _serving;

    public FakeServer()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The test server listens on Unix sockets only.");
        }

        DataPath = Directory.CreateTempSubdirectory("hb-").FullName;
        _services = new PanelServices(
            ScriptedService.Create<IServerInfo>(this),
            ScriptedService.Create<IRepositories>(this),
            ScriptedService.Create<ITasks>(this),
            ScriptedService.Create<IRuns>(this),
            ScriptedService.Create<IAgents>(this),
            ScriptedService.Create<ISnapshots>(this),
            ScriptedService.Create<IItems>(this),
            ScriptedService.Create<IEnrollmentTokens>(this),
            ScriptedService.Create<IAgentGroups>(this),
            ScriptedService.Create<ISettings>(this),
            ScriptedService.Create<ILogin>(this),
            ScriptedService.Create<IUsers>(this),
            ScriptedService.Create<IApiTokens>(this),
            ScriptedService.Create<IRemovalRequests>(this),
            ScriptedService.Create<IAuditLog>(this));
        On<HelloRequest>("IServerInfo.HelloAsync", hello => new HelloReply(ProtocolVersion.Current, "Test server 1.0", hello.Capabilities));
        On("ILogin.GetCallerAsync", new CallerInfo { Kind = CallerKind.LocalAdministrator, Name = "root" });
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(DataPath, "server.sock")));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string DataPath { get; }

    /// <summary>All calls but the hello, in the order in which they arrived.</summary>
    public ConcurrentQueue<(string Method, object? Request)> Calls { get; } = new();

    /// <summary>The contents that were handed in with calls, in the order in which they arrived whole.</summary>
    public ConcurrentQueue<byte[]> Received { get; } = new();

    /// <summary>Scripts an answer: a result, a list for a stream, a Task, or an IAsyncEnumerable.</summary>
    public void On<TRequest>(string method, Func<TRequest, object?> answer) => _answers[method] = (request, _) => answer((TRequest)request!);

    /// <summary>Scripts an answer that depends on cancellation.</summary>
    public void On<TRequest>(string method, Func<TRequest, CancellationToken, object?> answer) => _answers[method] = (request, token) => answer((TRequest)request!, token);

    /// <summary>Scripts an answer that is always the same.</summary>
    public void On(string method, object? answer) => _answers[method] = (_, _) => answer;

    /// <summary>Scripts a refusal.</summary>
    public void Fail(string method, HandyBackupException exception) => _answers[method] = (_, _) => throw exception;

    /// <summary>The only request of a method.</summary>
    public T Request<T>(string method) => Assert.IsType<T>(Assert.Single(Calls, call => call.Method == method).Request);

    /// <summary>How often a method was called.</summary>
    public int Count(string method) => Calls.Count(call => call.Method == method);

    /// <summary>Breaks all connections, as a crash does.</summary>
    public void Cut()
    {
        foreach (Socket socket in _sockets.Keys)
        {
            socket.Close(0);
        }
    }

    /// <summary>Breaks all connections once the call under way has been answered.</summary>
    public void CutSoon() => _ = Task.Delay(TimeSpan.FromMilliseconds(200), _stop.Token).ContinueWith(_ => Cut(), TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.WaitAsync(TestTimeout.Token);
        _listener.Dispose();
        _stop.Dispose();
        Directory.Delete(DataPath, recursive: true);
    }

    internal Func<object?, CancellationToken, object?> Take(MethodInfo method, object? request)
    {
        string name = $"{method.DeclaringType!.Name}.{method.Name}";
        if (method.Name != nameof(IServerInfo.HelloAsync))
        {
            Calls.Enqueue((name, request));
        }

        return _answers.TryGetValue(name, out Func<object?, CancellationToken, object?>? answer)
            ? answer
            : throw new HandyBackupException(ErrorCode.InternalError, $"The test does not script {name}.");
    }

    /// <summary>Serves a panel over any connection.</summary>
    internal Task ServeAsync(Stream transport, CancellationToken cancellationToken) =>
        PanelSession.ServeAsync(transport.UsePipe(cancellationToken: CancellationToken.None), new PanelSeat(_services, new AdmittingGuard()), new PanelSessionOptions(), cancellationToken);

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                _sockets[socket] = true;
                sessions.Add(ServeAsync(new NetworkStream(socket, ownsSocket: true), _stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }
}
