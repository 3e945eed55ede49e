using System.Diagnostics;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Whose turn it is: limits keep back those whom they concern and nobody else, and nobody takes all turns.</summary>
public sealed class RunQueueTests(ITestOutputHelper output)
{
    private const int Many = 5000;

    [Fact]
    public void Single_run_does_not_wait_for_a_thousand_of_another_task()
    {
        var queue = new RunQueue(new RunLimits(1, 1, 1));
        Fill(queue, QueuedRun.Task("group"), 1000);
        ActiveRun[] first = [Next(queue), Next(queue), Next(queue)];
        ActiveRun single = Add(queue, QueuedRun.Order(QueuedRun.Task("single"), "here"));
        ActiveRun restore = Add(queue, QueuedRun.Order(null, "here", kind: RunKind.Restore));

        Assert.Equal(["pc0", "pc1", "pc2"], first.Select(run => run.Order.Agent));
        Assert.Equal([single, restore], [Next(queue), Next(queue)]);
        Assert.Equal("pc3", Next(queue).Order.Agent);
    }

    [Fact]
    public void Tasks_take_turns()
    {
        var queue = new RunQueue(new RunLimits(1, 1, 1));
        Fill(queue, QueuedRun.Task("a"), 3);
        Fill(queue, QueuedRun.Task("b"), 3);

        Assert.Equal("abababab"[..6], string.Concat(Enumerable.Range(0, 6).Select(_ => Next(queue).Order.Task!.Definition.Name)));
        Assert.Null(queue.TakeNext());
    }

    [Fact]
    public void Repositories_take_turns()
    {
        var queue = new RunQueue(new RunLimits(1, 1, 1));
        Fill(queue, QueuedRun.Task("a"), 3, "one");
        Fill(queue, QueuedRun.Task("b"), 3, "two");

        Assert.Equal("onetwoonetwoonetwo", string.Concat(Enumerable.Range(0, 6).Select(_ => Next(queue).Order.Repository.Id)));
    }

    [Fact]
    public void Full_agent_and_full_repository_hold_up_nobody_behind()
    {
        var queue = new RunQueue(new RunLimits(10, 2, 1));
        ActiveRun[] runs =
        [
            Add(queue, QueuedRun.Order(QueuedRun.Task("a"), "PC1", "one")),
            Add(queue, QueuedRun.Order(QueuedRun.Task("b"), "pc1", "one")),
            Add(queue, QueuedRun.Order(QueuedRun.Task("c"), "pc2", "one")),
            Add(queue, QueuedRun.Order(QueuedRun.Task("d"), "pc3", "one")),
            Add(queue, QueuedRun.Order(QueuedRun.Task("e"), "pc3", "two")),
            Add(queue, QueuedRun.Order(null, null, "two", RunKind.Check)),
        ];

        // b waits for its agent, which is named in another case; d for its repository.
        Assert.Equal([runs[0], runs[2], runs[4], runs[5]], TakeAll(queue).OrderBy(run => Array.IndexOf(runs, run)));
        Assert.Equal((RunWait.Agent, RunWait.Agent), (queue.ReasonOf(runs[1]), queue.ReasonOf(runs[3])));
        queue.End(runs[4]);
        Assert.Equal(RunWait.Repository, queue.ReasonOf(runs[3]));
        queue.End(runs[0]);
        Assert.Equal([runs[1]], TakeAll(queue));
        queue.End(runs[2]);
        Assert.Equal([runs[3]], TakeAll(queue));
    }

    [Fact]
    public void Limits_count_from_the_moment_on_in_which_they_are_set()
    {
        var queue = new RunQueue(new RunLimits(2, 2, 1));
        Fill(queue, QueuedRun.Task("a"), 6);
        List<ActiveRun> working = TakeAll(queue);
        Assert.Equal(2, working.Count);

        queue.Limits = new RunLimits(5, 4, 1);
        working.AddRange(TakeAll(queue));
        Assert.Equal(4, working.Count);

        queue.Limits = new RunLimits(1, 1, 1);
        queue.End(working[0]);
        ActiveRun last = Assert.Single(working[1..], run => run == working[1]);
        Assert.Empty(TakeAll(queue));
        Assert.Equal(RunWait.Repository, queue.ReasonOf(Add(queue, QueuedRun.Order(null))));
        Assert.False(queue.Remove(last));
    }

    [Fact]
    public void Run_that_was_taken_out_has_no_turn()
    {
        var queue = new RunQueue(new RunLimits(1, 1, 1));
        ActiveRun[] runs = Fill(queue, QueuedRun.Task("a"), 3);

        Assert.True(queue.Remove(runs[1]));
        Assert.False(queue.Remove(runs[1]));

        Assert.Equal([runs[0], runs[2]], [Next(queue), Next(queue)]);
        Assert.Null(queue.TakeNext());
    }

    /// <summary>The hardest cases: one group; as many tasks; all of one agent that is full; all on one repository that is full; a repository each.</summary>
    [Theory]
    [InlineData("one group")]
    [InlineData("tasks")]
    [InlineData("one agent")]
    [InlineData("full repository")]
    [InlineData("repositories")]
    public void Five_thousand_runs_take_no_time_worth_speaking_of(string how)
    {
        var queue = new RunQueue(new RunLimits(200, how == "full repository" ? 1 : 200, how == "one agent" ? 1 : 2));
        TaskRecord group = QueuedRun.Task("group");
        ActiveRun[] runs =
        [
            .. Enumerable.Range(0, Many).Select(i => QueuedRun.Create(QueuedRun.Order(
                how is "tasks" or "one agent" ? QueuedRun.Task($"t{i}") : group,
                how == "one agent" ? "pc" : $"pc{i}",
                how == "repositories" ? $"r{i}" : "main"))),
        ];
        var working = new Queue<ActiveRun>();
        int taken = 0;
        var watch = Stopwatch.StartNew();

        // As the engine does it: the next is looked for after each that comes and each that ends.
        foreach (ActiveRun run in runs)
        {
            queue.Add(run);
            Take();
        }

        while (working.TryDequeue(out ActiveRun? ended))
        {
            queue.End(ended);
            Take();
        }

        watch.Stop();
        output.WriteLine($"{how}: {watch.ElapsedMilliseconds} ms for {Many} runs");
        Assert.Equal(Many, taken);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));

        void Take()
        {
            while (queue.TakeNext() is { } next)
            {
                working.Enqueue(next);
                taken++;
            }
        }
    }

    private static ActiveRun Add(RunQueue queue, RunOrder order)
    {
        ActiveRun run = QueuedRun.Create(order);
        queue.Add(run);
        return run;
    }

    private static ActiveRun[] Fill(RunQueue queue, TaskRecord task, int count, string repository = "main") =>
        [.. Enumerable.Range(0, count).Select(i => Add(queue, QueuedRun.Order(task, $"pc{i}", repository)))];

    private static List<ActiveRun> TakeAll(RunQueue queue)
    {
        var taken = new List<ActiveRun>();
        while (queue.TakeNext() is { } run)
        {
            taken.Add(run);
        }

        return taken;
    }

    // The next one, which ends at once.
    private static ActiveRun Next(RunQueue queue)
    {
        ActiveRun run = Assert.IsType<ActiveRun>(queue.TakeNext());
        queue.End(run);
        return run;
    }
}
