using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>Every method of the agent, found by reflection: order and answer arrive whole, and what goes with the order can be used at the other end.</summary>
public sealed class AgentRoundTripTests
{
    public static TheoryData<string> Methods => [.. typeof(IAgent).GetMethods().Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_reaches_the_agent_and_loses_nothing(string name)
    {
        MethodInfo method = typeof(IAgent).GetMethod(name)!;
        var calls = new ConcurrentQueue<RecordedCall>();
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, new Kit.ScriptedGateway(), new AgentLinkOptions(), TestTimeout.Token);
        await using AgentConnection connection = await AgentConnection.ConnectAsync(agentEnd, RecordingService.Create<IAgent>(calls), new AgentLinkOptions(), TestTimeout.Token);
        await using AgentSession session = await accepting;
        calls.Clear();
        object?[] arguments = [.. method.GetParameters().Select(p => Argument(p.ParameterType))];

        List<string> answers = await Calls.ContractCall.ReadAsync(method.Invoke(session.Agent, arguments)!, TestTimeout.Token);

        RecordedCall call = Assert.Single(calls);
        Assert.Equal(name, call.Method);
        if (arguments[0] is not CancellationToken)
        {
            Assert.Equal(ToJson(arguments[0]), ToJson(call.Argument));
        }

        Assert.Equal(Calls.ContractCall.ExpectedCount(method), answers.Count);
        string expected = JsonSerializer.Serialize(RecordingService.Answer(nameof(IAgent), method));
        Assert.All(answers, answer => Assert.Equal(expected, answer));
    }

    // With the ids and the key, which plain serialization would leave out.
    private static string ToJson(object? value) => JsonSerializer.Serialize(value, Wire.WireJson.Options);

    private static object Argument(Type type)
    {
        if (type == typeof(CancellationToken))
        {
            return TestTimeout.Token;
        }

        if (type == typeof(IRunObserver))
        {
            return new RecordingObserver();
        }

        if (type == typeof(IAsyncEnumerable<ReadOnlyMemory<byte>>))
        {
            return TestContent.Of([1], [2]);
        }

        return type == typeof(IIngest) || type == typeof(IRetrieve) ? new MemoryBlobs() : new SampleValue(1).Create(type);
    }
}
