using System.Net.Sockets;
using System.Runtime.Versioning;
using HandyBackup.Rpc.Local;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Tests.Local;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Proof;

/// <summary>What a panel sends, altered, against the server's sessions behind their real socket: each such session ends, takes no memory without bound, and hurts no other.</summary>
[UnsupportedOSPlatform("windows")]
[Collection(nameof(MeasuredAlone))]
public sealed class FrameFuzzTests
{
    private const int Limit = 24 * 3_600_000;

    // A session with its multiplexer takes some hundred kilobytes, and room is made for what was sent only.
    private const long MostMemory = 16 * 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Altered_frames_end_their_own_session_and_nothing_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The socket is that of Unix.");
        using var folder = new TempFolder();
        await using var server = new SocketServer(folder.Combine("hb"));
        byte[] recorded = await RecordAsync();
        using PanelConnection good = await PanelConnection.ConnectLocalAsync(server.DataPath, TimeSpan.FromSeconds(20), Stop);
        await ProofRun.RunAsync("frames", everyday: 2, integration: 6, async seed =>
        {
            var random = new Random(seed);
            FuzzEdit[] edits = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new FuzzEdit(random.Next(), random.Next(9), random.Next(256)))];
            byte[] input = random.Next(10) == 0 ? FuzzEdit.Apply([], edits) : FuzzEdit.Apply(recorded, edits);
            long before = GC.GetTotalAllocatedBytes();
            await SendAsync(server, input, random);
            long taken = GC.GetTotalAllocatedBytes() - before;
            Assert.True(taken < MostMemory + (10L * input.Length), $"{taken} bytes were taken for {input.Length}.");
            Assert.NotNull(await good.ServerInfo.GetStatusAsync(Stop));
        });
    }

    // A hello and some calls, as they go over the wire.
    private static async Task<byte[]> RecordAsync()
    {
        (Stream panelEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        using var recording = new MemoryStream();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<Exception?> session = PanelSession.ServeAsync(serverEnd.UsePipe(), new PanelSeat(RpcPair.Services(), new AdmittingGuard()), new PanelSessionOptions(), stop.Token);
        using (PanelConnection connection = await PanelConnection.ConnectAsync(new RecordingStream(panelEnd, recording), TimeSpan.FromSeconds(20), Stop))
        {
            await connection.ServerInfo.GetStatusAsync(Stop);
            await connection.Tasks.RemoveAsync(new HandyBackup.Contracts.TaskReference("docs"), Stop);
        }

        await stop.CancelAsync();
        await session.WaitAsync(Stop);
        lock (recording)
        {
            return recording.ToArray();
        }
    }

    // In pieces, so that frames are met in parts too. Who sends what cannot be understood is cut off at once, and who only stops sending when he hangs up.
    private static async Task SendAsync(SocketServer server, byte[] input, Random random)
    {
        await using Stream stream = await LocalEndpoint.ForDataPath(server.DataPath).ConnectAsync(Stop);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limited.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            for (int sent = 0; sent < input.Length;)
            {
                int length = Math.Min(random.Next(1, 400), input.Length - sent);
                await stream.WriteAsync(input.AsMemory(sent, length), limited.Token);
                sent += length;
            }

            (stream as NetworkStream)?.Socket.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[4096];
            while (await stream.ReadAsync(answer, limited.Token) > 0)
            {
                // All that the server has to say.
            }
        }
        catch (IOException)
        {
            // It was cut off while it was sending.
        }
    }
}
