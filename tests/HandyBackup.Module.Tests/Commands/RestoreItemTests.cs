using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RestoreItemTests
{
    [Fact]
    public async Task A_snapshot_is_restored_whole_without_a_question()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));

        PSObject run = Assert.Single(await panel.OutputAsync($"$null = $ExecutionContext.SessionState.Path.SetLocation('{panel.Server.DataPath}'); Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out -Overwrite IfNewer -NoWait"));

        var request = panel.Server.Request<RestoreRequest>("IItems.StartRestoreAsync");
        Assert.Equal(new RestoreSelection("", ""), Assert.Single(request.Selections));
        Assert.Equal((Path.Combine(panel.Server.DataPath, "out"), OverwritePolicy.IfNewer, null), (request.Destination, request.Overwrite, request.Agent));
        Assert.Equal("Restore", run.Text("Kind"));
        Assert.Empty(panel.UI.Questions);
    }

    [Fact]
    public async Task Items_of_one_snapshot_become_one_run_and_go_by_their_own_names()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("etc/a", ItemKind.Folder), Samples.Item("etc/a/inside"), Samples.Item("etc/b") });

        await panel.OutputAsync("Get-HBItem -SnapshotId aaaa -Recurse | Restore-HBItem -Destination /out -NoWait");

        Assert.Equal(
            [new RestoreSelection("etc/a", "a"), new RestoreSelection("etc/b", "b")],
            panel.Server.Request<RestoreRequest>("IItems.StartRestoreAsync").Selections);
    }

    [Fact]
    public async Task Items_that_would_meet_in_one_place_are_refused_and_KeepPath_helps()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("x/same"), Samples.Item("y/same") });

        Assert.Equal("InvalidArgument", (await panel.ErrorAsync("$items = Get-HBItem -SnapshotId aaaa; $items | Restore-HBItem -Destination /out -ErrorAction Stop")).Id());
        Assert.Equal(0, panel.Server.Count("IItems.StartRestoreAsync"));

        await panel.OutputAsync("$items | Restore-HBItem -Destination /out -KeepPath -NoWait");
        Assert.Equal(
            [new RestoreSelection("x/same", "x/same"), new RestoreSelection("y/same", "y/same")],
            panel.Server.Request<RestoreRequest>("IItems.StartRestoreAsync").Selections);
    }

    [Fact]
    public async Task A_live_item_is_refused()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("etc/fstab", isLive: true) });

        ErrorRecord error = await panel.ErrorAsync("Get-HBItem /etc | Restore-HBItem -Destination /out");

        Assert.Equal("SnapshotNotFound", error.Id());
        Assert.Equal("etc/fstab", error.TargetObject);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("-Force", 0)]
    [InlineData("-Confirm:$false", 0)]
    [InlineData("-Overwrite Never", 0)]
    public async Task A_restore_over_live_data_asks_first(string arguments, int questions)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));
        panel.UI.Choices.Enqueue(1);

        await panel.OutputAsync($"Restore-HBItem aaaa -Path etc/fstab -OriginalLocation -NoWait {arguments}");

        Assert.Equal(questions, panel.UI.Questions.Count);
        Assert.Equal(1 - questions, panel.Server.Count("IItems.StartRestoreAsync"));
    }

    [Fact]
    public async Task The_original_location_keeps_the_paths_and_names_no_destination()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));

        await panel.OutputAsync("Restore-HBItem aaaa -Path etc/fstab -OriginalLocation -Force -NoWait");

        var request = panel.Server.Request<RestoreRequest>("IItems.StartRestoreAsync");
        Assert.Null(request.Destination);
        Assert.Equal(new RestoreSelection("etc/fstab", "etc/fstab"), Assert.Single(request.Selections));
    }

    [Fact]
    public async Task WhatIf_lists_the_real_plan_and_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.PlanRestoreAsync", new[]
        {
            new RestorePlanItem { Path = "a", Kind = ItemKind.File, Action = RestoreAction.Create, Bytes = 2048 },
            new RestorePlanItem { Path = "b", Kind = ItemKind.File, Action = RestoreAction.Skip, Reason = "It is newer." },
        });

        IReadOnlyList<PSObject> plan = await panel.OutputAsync("Restore-HBItem aaaa -Destination /out -WhatIf");

        Assert.Equal(["Create", "Skip"], plan.Select(item => item.Text("Action")));
        Assert.Contains("1 created, 0 replaced, 0 merged, 1 skipped, 0 refused; 2.0 KiB written", panel.UI.Text, StringComparison.Ordinal);
        Assert.Equal(0, panel.Server.Count("IItems.StartRestoreAsync"));
    }

    [Theory]
    [InlineData("", "Completed")]
    [InlineData("-Wait", "Completed")]
    [InlineData("-Wait:$false", "Running")]
    [InlineData("-NoWait", "Running")]
    public async Task The_ended_run_is_returned_unless_told_not_to_wait(string arguments, string state)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.Completed, RunKind.Restore) with { Skipped = 4 } });

        PSObject run = Assert.Single(await panel.OutputAsync($"Restore-HBItem aaaa -Destination /out {arguments}"));

        Assert.Equal((state, state == "Completed" ? 4L : 0L), (run.Text("State"), run.Get("Skipped")));
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IItems.StartRestoreAsync", new HandyBackupException(ErrorCode.DestinationNotFolder, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Restore-HBItem aaaa -Destination /out");

        Assert.Equal("DestinationNotFolder", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
