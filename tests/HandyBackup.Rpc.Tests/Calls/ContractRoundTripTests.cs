using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Fakes;

namespace HandyBackup.Rpc.Tests.Calls;

/// <summary>Every method of every interface, found by reflection: it reaches its own service, and argument and answer arrive whole.</summary>
public sealed class ContractRoundTripTests
{
    private static readonly string[] s_interfaces =
    [
        nameof(IServerInfo), nameof(IRepositories), nameof(ITasks), nameof(IRuns), nameof(IAgents), nameof(ISnapshots), nameof(IItems), nameof(IEnrollmentTokens),
        nameof(IAgentGroups), nameof(ISettings), nameof(ILogin), nameof(IUsers), nameof(IApiTokens), nameof(IRemovalRequests), nameof(IAuditLog),
    ];

    public static TheoryData<string, string> Methods()
    {
        var data = new TheoryData<string, string>();
        foreach (string name in s_interfaces)
        {
            foreach (MethodInfo method in InterfaceOf(name).GetMethods().Where(m => m.Name != nameof(IServerInfo.HelloAsync)))
            {
                data.Add(name, method.Name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_reaches_its_own_service_and_loses_nothing(string service, string method)
    {
        var calls = new ConcurrentQueue<RecordedCall>();
        await using RpcPair pair = RpcPair.Open(RecordingService.CreateAll(calls));
        using PanelConnection connection = await pair.ConnectAsync();

        await ContractCall.VerifyAsync(connection, InterfaceOf(service).GetMethod(method)!, calls);
    }

    [Fact]
    public async Task Every_interface_of_the_connection_is_covered()
    {
        await Task.CompletedTask;
        Assert.Equal(
            s_interfaces.Order(),
            typeof(PanelConnection).GetProperties().Select(p => p.PropertyType).Where(t => t.IsInterface).Select(t => t.Name).Order());
    }

    [Fact]
    public async Task Two_clients_at_once_get_their_own_answers()
    {
        var services = RpcPair.Services();
        await using RpcPair first = RpcPair.Open(services);
        await using RpcPair second = RpcPair.Open(services);
        using PanelConnection one = await first.ConnectAsync();
        using PanelConnection two = await second.ConnectAsync();

        one.Dispose();
        await one.Disconnected.WaitAsync(TestTimeout.Token);
        ServerStatus status = await two.ServerInfo.GetStatusAsync(TestTimeout.Token);

        Assert.Equal(
            JsonSerializer.Serialize(RecordingService.Answer(nameof(IServerInfo), typeof(IServerInfo).GetMethod(nameof(IServerInfo.GetStatusAsync))!)),
            JsonSerializer.Serialize<object>(status));
    }

    private static Type InterfaceOf(string name) => typeof(IServerInfo).Assembly.GetType($"{typeof(IServerInfo).Namespace}.{name}", throwOnError: true)!;
}
