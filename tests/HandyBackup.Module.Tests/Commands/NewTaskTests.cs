using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class NewTaskTests
{
    [Fact]
    public async Task Options_of_files_become_json()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.CreateAsync", Samples.Task());

        PSObject task = Assert.Single(await panel.OutputAsync("New-HBTask -Name docs -Source Files -Path /usr/share -Exclude '**/*.tmp' -ExcludeCaches -OneFileSystem:$false -MaximumSize 10MB -Repository main -Tag a, b"));

        TaskDefinition definition = panel.Server.Request<CreateTaskRequest>("ITasks.CreateAsync").Definition;
        Assert.Equal(("docs", "", "Files", "main"), (definition.Name, definition.Agent, definition.Selection.Source, definition.Repository));
        Assert.Equal(["/usr/share"], definition.Selection.Paths);
        Assert.Equal(["a", "b"], definition.Tags);
        Assert.Equal(
            ["Exclude=[\"**/*.tmp\"]", "ExcludeCaches=true", "MaximumSize=10485760", "OneFileSystem=false"],
            definition.Selection.Options.Select(option => $"{option.Key}={option.Value.GetRawText()}").Order(StringComparer.Ordinal));
        Assert.Equal("docs", task.Get("Name"));
    }

    [Fact]
    public async Task Options_of_other_sources_may_hold_secrets()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.CreateAsync", Samples.Task());

        await panel.OutputAsync("$s = [System.Security.SecureString]::new(); 'pw'.ToCharArray().ForEach({ $s.AppendChar($_) }); New-HBTask db -Source PostgreSql -Repository main -Option @{ Host = 'localhost'; Port = 5432; Login = [pscredential]::new('me', $s); Other = $s }");

        Assert.Equal(
            ["Host=\"localhost\"", "Other=\"pw\"", "Password=\"pw\"", "Port=5432", "User=\"me\""],
            panel.Server.Request<CreateTaskRequest>("ITasks.CreateAsync").Definition.Selection.Options.Select(option => $"{option.Key}={option.Value.GetRawText()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Relative_paths_start_at_the_PowerShell_location()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.CreateAsync", Samples.Task());

        await panel.OutputAsync($"$null = $ExecutionContext.SessionState.Path.SetLocation('{panel.Server.DataPath}'); New-HBTask docs -Path ./a, '/b\\x0A' -Repository main");

        Assert.Equal([Path.Combine(panel.Server.DataPath, "a"), "/b\\x0A"], panel.Server.Request<CreateTaskRequest>("ITasks.CreateAsync").Definition.Selection.Paths);
    }

    [Fact]
    public async Task Paths_of_another_agent_are_left_alone()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.CreateAsync", Samples.Task());

        await panel.OutputAsync("New-HBTask docs -Agent box2 -Path 'C:\\Users' -Repository main");

        Assert.Equal(["C:\\Users"], panel.Server.Request<CreateTaskRequest>("ITasks.CreateAsync").Definition.Selection.Paths);
    }

    [Fact]
    public async Task Task_of_a_group_has_a_start_window_and_paths_of_other_machines()
    {
        await using Panel panel = await Panel.OpenAsync();
        TaskInfo task = Samples.Task();
        panel.Server.On("ITasks.CreateAsync", task with { Definition = task.Definition with { Agent = "", Group = "office" }, LastRuns = [new RunCount(RunState.Completed, 998), new RunCount(RunState.Failed, 2)] });

        PSObject made = Assert.Single(await panel.OutputAsync("New-HBTask docs -Group office -StartWindow 02:00:00 -Path 'C:\\Users' -Repository main"));

        TaskDefinition definition = panel.Server.Request<CreateTaskRequest>("ITasks.CreateAsync").Definition;
        Assert.Equal(("", "office", TimeSpan.FromHours(2)), (definition.Agent, definition.Group, definition.StartWindow));
        Assert.Equal(["C:\\Users"], definition.Selection.Paths);
        Assert.Equal("office", made.Text("Group"));
        Assert.Equal(["998 Completed", "2 Failed"], (string[])made.Get("LastRuns")!);
    }

    [Fact]
    public async Task Files_without_a_path_are_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();

        Assert.Equal("InvalidArgument", (await panel.ErrorAsync("New-HBTask docs -Repository main")).Id());
    }

    [Fact]
    public async Task An_option_of_a_type_that_nobody_takes_is_named()
    {
        await using Panel panel = await Panel.OpenAsync();

        ErrorRecord error = await panel.ErrorAsync("New-HBTask db -Source X -Repository main -Option @{ Odd = [datetime]::MinValue }");

        Assert.Equal("SourceOptionInvalid", error.Id());
        Assert.Equal("Odd", error.TargetObject);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("New-HBTask docs /a -Repository main -WhatIf");

        Assert.Equal(0, panel.Server.Count("ITasks.CreateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("ITasks.CreateAsync", new HandyBackupException(ErrorCode.TaskExists, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("New-HBTask docs /a -Repository main");

        Assert.Equal("TaskExists", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
