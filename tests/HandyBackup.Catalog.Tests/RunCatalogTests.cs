using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class RunCatalogTests : CatalogFixture
{
    [Fact]
    public async Task Run_survives_reopening_with_every_property()
    {
        Run run = Samples.EndedRun();
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.Runs.AddAsync([new RunRecord(run with { State = RunState.Queued, Ended = null, Error = null }, null, "id")], Token);
            await catalog.Runs.UpdateAsync(run, Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        Assert.Equal(run, await reopened.Runs.FindAsync(run.Id, Token));
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_across_pages()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        var ids = new List<Guid>();
        for (int i = 0; i < 450; i++)
        {
            Run run = Samples.Run();
            ids.Insert(0, run.Id);
            await catalog.Runs.AddAsync([new RunRecord(run, null, "id")], Token);
        }

        List<Guid> listed = await catalog.Runs.ListAsync(new RunFilter(), Token).Select(run => run.Id).ToListAsync(Token);

        Assert.Equal(ids, listed);
    }

    [Fact]
    public async Task Filters_select_by_kind_state_and_time()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Run backup = Samples.Run();
        Run check = Samples.Run() with { Kind = RunKind.Check, Created = Samples.Time.AddHours(1) };
        Run failed = Samples.EndedRun() with { Created = Samples.Time.AddHours(2) };
        foreach (Run run in new[] { backup, check, failed })
        {
            await catalog.Runs.AddAsync([new RunRecord(run, null, "id")], Token);
        }

        async Task<Guid[]> ListAsync(RunFilter filter) => await catalog.Runs.ListAsync(filter, Token).Select(run => run.Id).ToArrayAsync(Token);
        Assert.Equal([check.Id], await ListAsync(new RunFilter(Kind: RunKind.Check)));
        Assert.Equal([failed.Id], await ListAsync(new RunFilter(State: RunState.Failed)));
        Assert.Equal([failed.Id, check.Id], await ListAsync(new RunFilter(Since: check.Created)));
    }

    [Fact]
    public async Task Interrupting_ends_only_what_was_under_way()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Run queued = Samples.Run();
        Run running = Samples.Run(RunState.Running) with { Task = null, Started = Samples.Time };
        Run failed = Samples.EndedRun();
        foreach (Run run in new[] { queued, running, failed })
        {
            await catalog.Runs.AddAsync([new RunRecord(run, null, "id")], Token);
        }

        DateTimeOffset now = Samples.Time.AddDays(1);
        int count = await catalog.Runs.InterruptAsync(new ErrorInfo { Code = ErrorCode.RunInterrupted, Message = "ended" }, now, Token);

        Run? first = await catalog.Runs.FindAsync(queued.Id, Token);
        Run? second = await catalog.Runs.FindAsync(running.Id, Token);
        Assert.Equal(2, count);
        Assert.Equal((RunState.Interrupted, now, ErrorCode.RunInterrupted, "docs"), (first!.State, first.Ended, first.Error!.Code, first.Error.Target));
        Assert.Equal((RunState.Interrupted, "main"), (second!.State, second.Error!.Target));
        Assert.Equal(failed, await catalog.Runs.FindAsync(failed.Id, Token));
    }

    [Fact]
    public async Task Last_backup_is_the_newest_that_began_and_ended_in_this_repository()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Assert.Null(await catalog.Runs.FindLastBackupAsync("one", Token));
        Run older = Samples.EndedRun();
        Run newest = Samples.EndedRun();
        await catalog.Runs.AddAsync([new RunRecord(older, null, "one")], Token);
        await catalog.Runs.AddAsync([new RunRecord(newest, null, "one")], Token);
        await catalog.Runs.AddAsync([new RunRecord(Samples.EndedRun(), null, "two")], Token);
        await catalog.Runs.AddAsync([new RunRecord(Samples.EndedRun() with { Kind = RunKind.Check }, null, "one")], Token);
        await catalog.Runs.AddAsync([new RunRecord(Samples.Run(RunState.Running), null, "one")], Token);
        // It never began, so it stored nothing.
        await catalog.Runs.AddAsync([new RunRecord(Samples.EndedRun() with { Started = null }, null, "one")], Token);

        Assert.Equal(newest, await catalog.Runs.FindLastBackupAsync("one", Token));
    }

    [Fact]
    public async Task Last_repair_or_damage_is_found_whether_it_has_ended_or_not()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Run sound = Samples.EndedRun() with { Warnings = 0 };
        Run damaged = Samples.EndedRun() with { Kind = RunKind.Check, Warnings = 1 };
        Run repair = Samples.Run() with { Kind = RunKind.Repair };
        await AddAsync(sound with { Kind = RunKind.Check }, "one");
        await AddAsync(Samples.EndedRun() with { Warnings = 5 }, "one");
        await AddAsync(damaged, "two");
        Assert.Null(await catalog.Runs.FindLastRepairOrDamageAsync("one", Token));

        Run own = damaged with { Id = Guid.NewGuid() };
        await AddAsync(own, "one");
        Assert.Equal(own, await catalog.Runs.FindLastRepairOrDamageAsync("one", Token));
        await AddAsync(repair, "one");
        await AddAsync(sound with { Id = Guid.NewGuid() }, "one");
        Assert.Equal(repair, await catalog.Runs.FindLastRepairOrDamageAsync("one", Token));

        Task AddAsync(Run run, string repository) => catalog.Runs.AddAsync([new RunRecord(run, null, repository)], Token);
    }

    [Fact]
    public async Task Log_of_a_hundred_thousand_lines_comes_back_in_order()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Run run = Samples.Run();
        await catalog.Runs.AddAsync([new RunRecord(run, null, "id")], Token);
        foreach (long[] chunk in Enumerable.Range(1, 100_000).Select(i => (long)i).Chunk(1000))
        {
            await catalog.RunLog.AppendAsync(run.Id, [.. chunk.Select(i => Samples.Line(run.Id, i))], Token);
        }

        long expected = 0;
        await foreach (RunLogEntry entry in catalog.RunLog.ListAsync(run.Id, RunLogLevel.Information, Token))
        {
            Assert.Equal(Samples.Line(run.Id, ++expected), entry);
        }

        Assert.Equal(100_000, expected);
    }

    [Fact]
    public async Task Log_shows_only_the_levels_asked_for_and_only_its_own_run()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Run run = Samples.Run();
        Run other = Samples.Run();
        foreach (Run each in new[] { run, other })
        {
            await catalog.Runs.AddAsync([new RunRecord(each, null, "id")], Token);
            await catalog.RunLog.AppendAsync(
                each.Id,
                [Samples.Line(each.Id, 1, RunLogLevel.Information), Samples.Line(each.Id, 2), Samples.Line(each.Id, 3, RunLogLevel.Error)],
                Token);
        }

        List<RunLogEntry> log = await catalog.RunLog.ListAsync(run.Id, RunLogLevel.Warning, Token).ToListAsync(Token);

        Assert.Equal([(run.Id, 2L), (run.Id, 3L)], log.Select(entry => (entry.RunId, entry.Sequence)));
    }
}
