using System.Collections.Concurrent;
using System.Reflection;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Calls;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Tests.Sessions;

/// <summary>Every call of a panel is judged before it is carried out. Made from the contracts, so that no method is forgotten.</summary>
public sealed class GuardTests
{
    private static readonly Type[] s_contracts = [.. typeof(PanelServices).GetProperties().Select(property => property.PropertyType).Where(type => type.IsInterface)];

    public static TheoryData<string, string> Methods()
    {
        var data = new TheoryData<string, string>();
        foreach (MethodInfo method in s_contracts.SelectMany(contract => contract.GetMethods()).Where(method => method.Name != nameof(IServerInfo.HelloAsync)))
        {
            data.Add(method.DeclaringType!.Name, method.Name);
        }

        return data;
    }

    [Fact]
    public void Every_method_of_a_panels_contract_says_what_it_needs()
    {
        string[] silent = [.. s_contracts.SelectMany(contract => contract.GetMethods())
            .Where(method => method.GetCustomAttribute<RequiresAttribute>() is null)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];

        Assert.True(silent.Length == 0, "Refused to everybody, for want of [Requires]: " + string.Join(", ", silent));
        Assert.Equal(15, s_contracts.Length);
    }

    [Fact]
    public void Only_hello_and_login_are_for_anybody()
    {
        IEnumerable<string> open = s_contracts.SelectMany(contract => contract.GetMethods())
            .Where(method => method.GetCustomAttribute<RequiresAttribute>()?.Permission == Permission.Anybody)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Equal(["ILogin.LoginAsync", "IServerInfo.HelloAsync"], open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_contract_is_a_panels_or_an_agents()
    {
        IEnumerable<string> others = typeof(IServerInfo).Assembly.GetExportedTypes()
            .Where(type => type.GetCustomAttribute<JsonRpcContractAttribute>() is not null)
            .Except(s_contracts)
            .Select(type => type.Name);

        Assert.Equal([nameof(IAgentGateway), nameof(IEnrollment), nameof(IRemoteAgent)], others.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Guard_is_told_method_requirement_and_request(string service, string method)
    {
        using var guard = new AdmittingGuard();
        var calls = new ConcurrentQueue<RecordedCall>();
        await using RpcPair pair = RpcPair.Open(RecordingService.CreateAll(calls), guard: guard);
        using PanelConnection connection = await pair.ConnectAsync();
        MethodInfo called = MethodOf(service, method);

        await ContractCall.VerifyAsync(connection, called, calls);

        PanelCall judged = Assert.Single(guard.Calls, call => call.Name != "ServerInfo.Hello");
        Assert.Equal($"{service[1..]}.{method[..^"Async".Length]}", judged.Name);
        Assert.Equal(called.GetCustomAttribute<RequiresAttribute>(), judged.Requirement);
        Assert.Equal(called.GetParameters() is [{ } first, _, ..] ? first.ParameterType : null, judged.Request?.GetType());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Refused_call_reaches_no_service(string service, string method)
    {
        var calls = new ConcurrentQueue<RecordedCall>();
        using var guard = new RefusingGuard { IsAdmitted = true };
        await using RpcPair pair = RpcPair.Open(RecordingService.CreateAll(calls), guard: guard);
        using PanelConnection connection = await pair.ConnectAsync();

        HandyBackupException refusal = await Assert.ThrowsAsync<HandyBackupException>(() => ContractCall.InvokeAsync(connection, MethodOf(service, method)));

        Assert.Equal((ErrorCode.AccessRefused, service[1..]), (refusal.Code, refusal.Target!.Split('.')[0]));
        Assert.Empty(calls);
    }

    [Fact]
    public async Task Stranger_who_does_not_log_in_is_cut_off()
    {
        using var guard = new RefusingGuard();
        await using RpcPair pair = RpcPair.Open(RpcPair.Services(), TimeSpan.FromMilliseconds(300), guard);
        using PanelConnection connection = await pair.ConnectAsync();

        Assert.IsType<TimeoutException>(await pair.Session.WaitAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Stranger_is_held_to_little_data()
    {
        using var guard = new RefusingGuard();
        await using RpcPair pair = RpcPair.Open(RpcPair.Services(), guard: guard);
        using PanelConnection connection = await pair.ConnectAsync();
        var large = new LoginRequest { Name = new string('x', 200_000) };

        HandyBackupException lost = await Assert.ThrowsAsync<HandyBackupException>(() => connection.Login.LoginAsync(large, TestTimeout.Token));

        Assert.Equal(ErrorCode.ConnectionLost, lost.Code);
        Assert.IsType<InvalidDataException>((await pair.Session.WaitAsync(TestTimeout.Token))?.GetBaseException());
    }

    [Fact]
    public async Task Known_caller_is_not_held_to_little_data_nor_time()
    {
        using var guard = new RefusingGuard();
        await using RpcPair pair = RpcPair.Open(RpcPair.Services(), TimeSpan.FromMilliseconds(300), guard);
        using PanelConnection connection = await pair.ConnectAsync();
        guard.Admit();

        await Task.Delay(TimeSpan.FromMilliseconds(600), TestTimeout.Token);
        HandyBackupException refused = await Assert.ThrowsAsync<HandyBackupException>(
            () => connection.Users.CreateAsync(new CreateUserRequest { Name = new string('x', 200_000) }, TestTimeout.Token));

        Assert.Equal(ErrorCode.AccessRefused, refused.Code);
    }

    [Fact]
    public async Task Session_ends_when_the_guard_says_so()
    {
        using var guard = new RefusingGuard { IsAdmitted = true };
        await using RpcPair pair = RpcPair.Open(RpcPair.Services(), guard: guard);
        using PanelConnection connection = await pair.ConnectAsync();

        guard.End();

        await connection.Disconnected.WaitAsync(TestTimeout.Token);
        Assert.Null(await pair.Session.WaitAsync(TestTimeout.Token));
        Assert.True(guard.IsDisposed);
    }

    private static MethodInfo MethodOf(string service, string method) => s_contracts.Single(contract => contract.Name == service).GetMethod(method)!;

    /// <summary>Lets the hello through and nothing else.</summary>
    private sealed class RefusingGuard : IPanelGuard
    {
        private readonly CancellationTokenSource _ended = new();
        private readonly TaskCompletionSource _admitted = new();

        public bool IsAdmitted
        {
            init
            {
                if (value)
                {
                    Admit();
                }
            }
        }

        public bool IsDisposed { get; private set; }

        public Task Admitted => _admitted.Task;

        public CancellationToken Ended => _ended.Token;

        public void Admit() => _admitted.TrySetResult();

        public void End() => _ended.Cancel();

        public Task<T> CarryOutAsync<T>(PanelCall call, Func<CancellationToken, Task<T>> carryOut, CancellationToken cancellationToken) =>
            call.Name == "ServerInfo.Hello" ? carryOut(cancellationToken) : throw Refusal(call);

        public IAsyncEnumerable<T> OpenAsync<T>(PanelCall call, Func<CancellationToken, IAsyncEnumerable<T>> open, CancellationToken cancellationToken) => throw Refusal(call);

        public void Dispose()
        {
            IsDisposed = true;
            _ended.Dispose();
        }

        private static HandyBackupException Refusal(PanelCall call) => new(ErrorCode.AccessRefused, "No.") { Target = call.Name };
    }
}
