using System.Management.Automation;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Module;

public sealed class ModuleParityTests
{
    [Fact]
    public async Task Manifest_types_help_pages_and_test_files_name_the_same_cmdlets()
    {
        Assert.SkipWhen(ModuleFolder.Sources is null, "The sources are not here.");
        await using Panel panel = await Panel.OpenAsync(connect: false);
        CmdletInfo[] commands = [.. (await panel.OutputAsync("Get-Command -Module HandyBackup")).Select(command => (CmdletInfo)command.BaseObject)];
        string[] exported = [.. commands.Select(command => command.Name).Order(StringComparer.Ordinal)];

        string[] types = [.. commands[0].ImplementingType.Assembly.GetExportedTypes()
            .SelectMany(type => type.GetCustomAttributes(typeof(CmdletAttribute), inherit: false).Cast<CmdletAttribute>())
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}")
            .Order(StringComparer.Ordinal)];
        string[] pages = [.. Directory.GetFiles(Path.Combine(ModuleFolder.Sources!, "docs", "en-US"), "*-HB*.md")
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal)];
        string[] tests = [.. Directory.GetFiles(Path.Combine(ModuleFolder.Sources!, "tests", "HandyBackup.Module.Tests", "Commands"), "*Tests.cs")
            .Select(file => Path.GetFileName(file)![..^"Tests.cs".Length])
            .Order(StringComparer.Ordinal)];

        Assert.Equal(types, exported);
        Assert.Equal(types, pages);
        Assert.Equal(types.Select(name => name.Replace("-HB", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal), tests);
    }

    [Fact]
    public async Task Every_cmdlet_has_a_synopsis_two_examples_and_all_parameters_in_its_help()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        foreach (PSObject command in await panel.OutputAsync("Get-Command -Module HandyBackup"))
        {
            string name = command.Text("Name")!;
            PSObject help = (await panel.OutputAsync($"Get-Help {name} -Full"))[0];

            string? synopsis = help.Text("Synopsis");
            Assert.False(string.IsNullOrWhiteSpace(synopsis) || synopsis.Contains(name, StringComparison.Ordinal), $"{name} has no synopsis.");
            var examples = (PSObject)help.Get("examples")!;
            Assert.True(examples.Get("example") is object[] { Length: >= 2 }, $"{name} has fewer than two examples.");
        }
    }

    [Fact]
    public async Task Help_of_one_parameter_is_found()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        PSObject parameter = (await panel.OutputAsync("Get-Help New-HBTask -Parameter Exclude"))[0];

        Assert.Equal("Exclude", parameter.Text("name"));
    }

    [Fact]
    public async Task The_topic_about_the_module_is_found()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        Assert.Contains("LONG DESCRIPTION", (await panel.OutputAsync("Get-Help about_HandyBackup"))[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_verb_is_approved_and_every_noun_has_the_prefix()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        HashSet<string> approved = [.. typeof(VerbsCommon).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(VerbsCommon).Namespace && type.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!))];

        foreach (PSObject command in await panel.OutputAsync("Get-Command -Module HandyBackup"))
        {
            Assert.Contains(command.Text("Verb")!, approved);
            Assert.StartsWith("HB", command.Text("Noun"), StringComparison.Ordinal);
            Assert.False(command.Text("Noun")!.EndsWith('s'));
        }
    }

    [Fact]
    public async Task Whatever_changes_something_knows_WhatIf()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        string[] reading = ["Get", "Compare", "Connect", "Disconnect", "Test", "Wait"];
        foreach (PSObject command in await panel.OutputAsync("Get-Command -Module HandyBackup"))
        {
            var cmdlet = (CmdletInfo)command.BaseObject;
            Assert.True(reading.Contains(cmdlet.Verb) != cmdlet.Parameters.ContainsKey("WhatIf"), cmdlet.Name);
        }
    }
}
