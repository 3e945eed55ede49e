using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>Content on channels of its own, between agent and server.</summary>
public sealed class ContentTests
{
    private const int PartLength = 256 * 1024;

    private static LiveContentQuery Query => new() { Selection = new SourceSelection { Source = "Files" }, Path = "a" };

    private static ItemWriteOrder Order => new() { Target = new SourceSelection { Source = "Files" }, Item = new ItemToWrite { Destination = "/b", Path = "a" } };

    private long _made;
    private bool _isEnded;

    [Fact]
    public async Task Content_arrives_whole_and_in_order()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        byte[] content = Blobs.Content(1, 20 * 1024 * 1024 + 3);
        pair.Agent.OnRead = (query, _) => TestContent.Of(content[..7], content[7..3_000_000], content[3_000_000..]);

        Assert.Equal(content, await pair.Session.Agent.ReadContentAsync(Query, TestTimeout.Token).ReadAllAsync(TestTimeout.Token));
        Assert.Empty(await ReadAsync(pair, TestContent.Of()));
    }

    [Fact]
    public async Task Reader_that_waits_makes_the_source_wait_and_nobody_else()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnRead = (_, token) => EndlessAsync(token);
        await using (IAsyncEnumerator<ReadOnlyMemory<byte>> parts = pair.Session.Agent.ReadContentAsync(Query, TestTimeout.Token).GetAsyncEnumerator(TestTimeout.Token))
        {
            Assert.True(await parts.MoveNextAsync());
            long before = -1;
            while (before != Interlocked.Read(ref _made))
            {
                before = Interlocked.Read(ref _made);
                await Task.Delay(200, TestTimeout.Token);
            }

            // The window, and what each end has in hand.
            Assert.InRange(before * PartLength, 1, 8 * 1024 * 1024);
            Assert.Equal("box", (await pair.Session.Agent.DescribeAsync(TestTimeout.Token)).Name);
        }

        await WaitForEndAsync();
        Assert.Equal("box", (await pair.Session.Agent.DescribeAsync(TestTimeout.Token)).Name);
    }

    [Fact]
    public async Task Failure_comes_after_what_was_read_before_it()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnRead = (_, _) => FailingAsync(new HandyBackupException(ErrorCode.ItemUnreadable, "Input/output error") { Target = "a" });
        var read = new List<byte>();

        HandyBackupException failure = await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            await foreach (ReadOnlyMemory<byte> part in pair.Session.Agent.ReadContentAsync(Query, TestTimeout.Token))
            {
                read.AddRange(part.Span);
            }
        });

        Assert.Equal((ErrorCode.ItemUnreadable, "a"), (failure.Code, failure.Target));
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public async Task Content_that_cannot_be_opened_fails_and_leaves_the_connection_alone()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnRead = (_, _) => throw new HandyBackupException(ErrorCode.ItemNotFound, "There is no 'a'.");

        for (int i = 0; i < 20; i++)
        {
            HandyBackupException failure = await Assert.ThrowsAsync<HandyBackupException>(
                () => pair.Session.Agent.ReadContentAsync(Query, TestTimeout.Token).ReadAllAsync(TestTimeout.Token));
            Assert.Equal(ErrorCode.ItemNotFound, failure.Code);
        }

        Assert.Equal([9], await ReadAsync(pair, TestContent.Of([9])));
    }

    [Fact]
    public async Task Connection_that_breaks_is_no_end_of_the_content()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnRead = (_, token) => EndlessAsync(token);

        HandyBackupException failure = await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            await foreach (ReadOnlyMemory<byte> part in pair.Session.Agent.ReadContentAsync(Query, TestTimeout.Token))
            {
                await pair.AgentEnd.DisposeAsync();
            }
        });

        Assert.True(failure is { Code: ErrorCode.ConnectionLost, IsTransient: true }, failure.ToString());
        await WaitForEndAsync();
    }

    [Fact]
    public async Task Content_is_handed_in_with_a_call()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        byte[] content = Blobs.Content(2, 10 * 1024 * 1024 + 1);
        byte[]? written = null;
        pair.Agent.OnWrite = async (_, parts, token) =>
        {
            written = await parts.ReadAllAsync(token);
            return new WrittenItem { Action = RestoreAction.Replace, Bytes = written.Length };
        };

        WrittenItem item = await pair.Session.Agent.WriteFileAsync(Order, TestContent.Of(content[..5], content[5..]), TestTimeout.Token);

        Assert.Equal((RestoreAction.Replace, content.LongLength), (item.Action, item.Bytes));
        Assert.Equal(content, written);
    }

    [Fact]
    public async Task Content_that_breaks_off_is_never_taken_for_whole()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var seen = new TaskCompletionSource<Exception>();
        pair.Agent.OnWrite = async (_, parts, token) =>
        {
            try
            {
                await parts.ReadAllAsync(token);
            }
            catch (Exception exception)
            {
                seen.SetResult(exception);
                throw;
            }

            return new WrittenItem { Action = RestoreAction.Create };
        };
        var cause = new HandyBackupException(ErrorCode.ItemChanged, "It was altered.");

        HandyBackupException failure = await Assert.ThrowsAsync<HandyBackupException>(() => pair.Session.Agent.WriteFileAsync(Order, FailingAsync(cause), TestTimeout.Token));

        Assert.Same(cause, failure);
        Assert.Equal(ErrorCode.ContentIncomplete, Assert.IsType<HandyBackupException>(await seen.Task).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_that_nobody_wants_holds_up_nothing(bool readsABit)
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnWrite = async (_, parts, token) =>
        {
            if (readsABit)
            {
                await foreach (ReadOnlyMemory<byte> part in parts.WithCancellation(token))
                {
                    break;
                }
            }

            return new WrittenItem { Action = RestoreAction.Skip };
        };

        WrittenItem item = await pair.Session.Agent.WriteFileAsync(Order, EndlessAsync(CancellationToken.None), TestTimeout.Token);

        Assert.Equal(RestoreAction.Skip, item.Action);
        Assert.Equal("box", (await pair.Session.Agent.DescribeAsync(TestTimeout.Token)).Name);
    }

    private static Task<byte[]> ReadAsync(AgentPair pair, IAsyncEnumerable<ReadOnlyMemory<byte>> content)
    {
        pair.Agent.OnRead = (_, _) => content;
        return pair.Session.Agent.ReadContentAsync(Query, TestTimeout.Token).ReadAllAsync(TestTimeout.Token);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> FailingAsync(HandyBackupException failure)
    {
        await Task.Yield();
        yield return new byte[] { 1, 2, 3 };
        throw failure;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> EndlessAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            byte[] part = new byte[PartLength];
            while (true)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                Interlocked.Increment(ref _made);
                yield return part;
            }
        }
        finally
        {
            Volatile.Write(ref _isEnded, true);
        }
    }

    private async Task WaitForEndAsync()
    {
        while (!Volatile.Read(ref _isEnded))
        {
            await Task.Delay(10, TestTimeout.Token);
        }
    }
}
