using System.IO.Pipelines;
using HandyBackup.Rpc.Agents.Runs;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Agents;

public sealed class FrameSenderTests
{
    // One is being sent, four have room.
    private const uint UntilFull = 5;

    [Fact]
    public async Task On_a_line_that_is_full_the_newest_progress_goes_next_and_older_ones_are_dropped()
    {
        using var pool = new CountingMemoryPool();
        var line = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var sender = new FrameSender(line.Writer, TestTimeout.Token);
        for (uint number = 0; number < UntilFull; number++)
        {
            await sender.SendAsync(OutgoingFrame.Number(RunFrameKind.StopGet, number, pool), TestTimeout.Token);
        }

        // The first of them has left the room when its bytes are in the pipe.
        ReadResult begun = await line.Reader.ReadAsync(TestTimeout.Token);
        line.Reader.AdvanceTo(begun.Buffer.Start);
        sender.SendNewest(OutgoingFrame.Number(RunFrameKind.Progress, 1, pool));
        sender.SendNewest(OutgoingFrame.Number(RunFrameKind.Progress, 2, pool));
        sender.SendNewest(OutgoingFrame.Number(RunFrameKind.Progress, 3, pool));
        sender.Complete();

        List<(RunFrameKind Kind, uint Number)> sent = await ReadAsync(line.Reader);

        Assert.Equal(UntilFull, (uint)sent.Count(frame => frame.Kind == RunFrameKind.StopGet));
        Assert.Equal((RunFrameKind.Progress, 3u), Assert.Single(sent, frame => frame.Kind == RunFrameKind.Progress));
        Assert.Equal(RunFrameKind.StopGet, sent[^1].Kind);
        sender.SendNewest(OutgoingFrame.Number(RunFrameKind.Progress, 4, pool));
        Assert.Equal(0, pool.Rented);
    }

    private static async Task<List<(RunFrameKind Kind, uint Number)>> ReadAsync(PipeReader reader)
    {
        var frames = new List<(RunFrameKind, uint)>();
        byte[] header = new byte[RunFrame.HeaderLength];
        Stream stream = reader.AsStream();
        while (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, TestTimeout.Token) == header.Length)
        {
            (RunFrameKind kind, int length) = RunFrame.ReadHeader(header);
            byte[] content = new byte[length];
            await stream.ReadExactlyAsync(content, TestTimeout.Token);
            frames.Add((kind, BitConverter.ToUInt32(content)));
        }

        return frames;
    }
}
