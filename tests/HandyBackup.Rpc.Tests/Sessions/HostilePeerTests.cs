using System.Buffers.Binary;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Sessions;

/// <summary>What does not speak the protocol loses its own connection and nothing else.</summary>
public sealed class HostilePeerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Garbage_ends_its_own_session_and_hurts_no_other(int seed)
    {
        PanelServices services = RpcPair.Services();
        await using RpcPair good = RpcPair.Open(services);
        using PanelConnection connection = await good.ConnectAsync();
        await using RpcPair bad = RpcPair.Open(services);

        byte[] garbage = new byte[4096];
#pragma warning disable CA5394 // Garbage needs no secrecy, but must be the same each time.
        new Random(seed).NextBytes(garbage);
#pragma warning restore CA5394
        await FloodAsync(bad, garbage, 1 << 20);

        Assert.NotNull(await bad.Session.WaitAsync(TestTimeout.Token));
        Assert.NotNull(await connection.ServerInfo.GetStatusAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Frame_that_announces_gigabytes_is_not_gathered()
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());

        // MessagePack: array of 3, code 2, channel 0, binary of 2 GiB.
        byte[] start = [0x93, 0x02, 0x93, 0x00, 0x00, 0x00, 0xC6, 0x7F, 0xFF, 0xFF, 0xFF];
        await pair.PanelEnd.WriteAsync(start, TestTimeout.Token);
        await FloodAsync(pair, new byte[4096], 1 << 20);

        Assert.IsType<InvalidDataException>((await pair.Session.WaitAsync(TestTimeout.Token))?.GetBaseException());
    }

    [Theory]
    [InlineData(BoundedMessageHandler.MaximumLength + 1)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Message_of_a_forbidden_length_ends_the_session(int length)
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        MultiplexingStream.Channel channel = multiplexer.AcceptChannel(0);

        byte[] header = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(header, length);
        await channel.Output.WriteAsync(header, TestTimeout.Token);

        await pair.Session.WaitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Message_that_is_no_json_ends_the_session()
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        MultiplexingStream.Channel channel = multiplexer.AcceptChannel(0);

        await channel.Output.WriteAsync(new byte[] { 0, 0, 0, 3, (byte)'x', (byte)'y', (byte)'z' }, TestTimeout.Token);

        Assert.NotNull(await pair.Session.WaitAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Request_that_is_too_long_fails_alone_and_says_why()
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());
        using PanelConnection connection = await pair.ConnectAsync();

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => connection.Tasks.RemoveAsync(new TaskReference(new string('x', BoundedMessageHandler.MaximumLength)), TestTimeout.Token));

        Assert.Equal(ErrorCode.InvalidArgument, caught.Code);
        Assert.NotNull(await connection.ServerInfo.GetStatusAsync(TestTimeout.Token));
    }

    private static async Task FloodAsync(RpcPair pair, byte[] bytes, int total)
    {
        try
        {
            for (int sent = 0; sent < total && !pair.Session.IsCompleted; sent += bytes.Length)
            {
                await pair.PanelEnd.WriteAsync(bytes, TestTimeout.Token);
            }

            await pair.PanelEnd.FlushAsync(TestTimeout.Token);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The session has cut the connection while this was writing, which is what the test waits for.
        }
    }
}
