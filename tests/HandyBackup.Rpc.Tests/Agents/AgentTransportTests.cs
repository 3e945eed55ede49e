using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>What an agent sends below the messages is not trusted either.</summary>
public sealed class AgentTransportTests
{
    // MessagePack: array of 4, code 2 (content), channel 0, seeded, binary.
    private static readonly byte[] s_content = [0x94, 0x02, 0x00, 0x00];

    [Fact]
    public async Task Frame_that_announces_gigabytes_ends_the_connection_at_once()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();

        byte[] frame = [.. s_content, 0xC6, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3];
        await pair.AgentEnd.WriteAsync(frame, TestTimeout.Token);

        Assert.IsType<InvalidDataException>((await pair.Session.Ended.WaitAsync(TestTimeout.Token))?.GetBaseException());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Garbage_instead_of_a_hello_is_refused(int seed)
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, new ScriptedGateway(), new AgentLinkOptions(), TestTimeout.Token);

        await agentEnd.WriteAsync(Blobs.Content(seed, 4096), TestTimeout.Token);

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => accepting.WaitAsync(TestTimeout.Token));
        Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
    }

    [Fact]
    public async Task Much_before_the_hello_is_refused()
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, new ScriptedGateway(), new AgentLinkOptions(), TestTimeout.Token);

        // The longest message there is, begun.
        byte[] frame = [.. s_content, 0xC5, 0x40, 0x00, .. new byte[0x4000]];
        frame[s_content.Length + 3] = 0x03;
        try
        {
            for (int i = 0; i < 200 && !accepting.IsCompleted; i++)
            {
                await agentEnd.WriteAsync(frame, TestTimeout.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It was cut off while it was sending.
        }

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => accepting.WaitAsync(TestTimeout.Token));
        Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
    }

    [Fact]
    public void Frames_are_followed_however_they_are_cut_into_pieces()
    {
        byte[] frames = [.. s_content, 0xC4, 5, 1, 2, 3, 4, 5, 0x93, 0x00, 0xCD, 1, 0, 0xFF, 0x91, 0x07, .. s_content, 0xC5, 0x80, 0x00, .. new byte[0x8000], 0x93, 1, 2, 0];
        for (int piece = 1; piece < 12; piece++)
        {
            var limit = new FrameLimit();
            for (int i = 0; i < frames.Length; i += piece)
            {
                limit.Check(frames.AsSpan(i, Math.Min(piece, frames.Length - i)));
            }

            // In step after all that: the next frame begins here, and text begins none.
            Assert.Throws<InvalidDataException>(() => limit.Check(Encoding.ASCII.GetBytes("GET / HTTP/1.1")));
        }
    }

    [Theory]
    [InlineData("description")]
    [InlineData("product")]
    public async Task Hello_that_says_null_where_something_must_be_is_refused(string property)
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        using var stop = new CancellationTokenSource();
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, new ScriptedGateway(), new AgentLinkOptions(), stop.Token);
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(agentEnd);
        MultiplexingStream.Channel channel = multiplexer.AcceptChannel(0);
        string description = property == "description" ? "null" : """{"name":"a","hostName":"a","operatingSystem":"a","userName":"a","version":"1","sources":[]}""";
        string product = property == "product" ? "null" : "\"x\"";
        byte[] message = Encoding.UTF8.GetBytes(
            $$"""{"jsonrpc":"2.0","id":1,"method":"gateway.HelloAsync","params":[{"protocol":{{ProtocolVersion.Current}},"product":{{product}},"description":{{description}}}]}""");

        byte[] framed = [0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];
        await channel.Output.WriteAsync(framed, TestTimeout.Token);
        System.IO.Pipelines.ReadResult answer = await channel.Input.ReadAtLeastAsync(50, TestTimeout.Token);

        Assert.Contains("InvalidArgument", Encoding.UTF8.GetString(answer.Buffer), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(TestTimeout.Token));
    }
}
