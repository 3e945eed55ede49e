using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Module;

public sealed class ModuleImportTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_but_the_loader_enters_the_default_load_context()
    {
        await using Panel panel = await Panel.OpenAsync();

        var module = (CmdletInfo)(await panel.OutputAsync("Get-Command Get-HBTask"))[0].BaseObject;
        Assembly ours = module.ImplementingType.Assembly;

        Assert.Equal("HandyBackup", AssemblyLoadContext.GetLoadContext(ours)!.Name);
        string[] inDefault = [.. AssemblyLoadContext.Default.Assemblies
            .Where(assembly => !assembly.IsDynamic && assembly.Location.StartsWith(ModuleFolder.Assembled, StringComparison.Ordinal))
            .Select(assembly => assembly.GetName().Name!)];
        Assert.Equal(["HandyBackup.Loader"], inDefault);
    }

    [Fact]
    public async Task Import_takes_less_than_a_second()
    {
        var watch = new Stopwatch();
        await using Panel panel = await Panel.OpenAsync(connect: false);
        await panel.OutputAsync("Remove-Module HandyBackup");

        watch.Start();
        await panel.OutputAsync($"Import-Module '{ModuleFolder.Manifest}'");
        watch.Stop();

        output.WriteLine($"import: {watch.ElapsedMilliseconds} ms");
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
    }

    [Fact]
    public async Task The_module_can_be_imported_again_after_it_was_removed()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        IReadOnlyList<PSObject> commands = await panel.OutputAsync($"Remove-Module HandyBackup; Import-Module '{ModuleFolder.Manifest}' -Force; Get-Command -Module HandyBackup");

        Assert.Equal(73, commands.Count);
    }

    [Fact]
    public async Task The_manifest_has_the_version_of_the_assembly()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        var version = (Version)(await panel.OutputAsync("(Get-Module HandyBackup).Version"))[0].BaseObject;
        var module = (CmdletInfo)(await panel.OutputAsync("Get-Command Get-HBTask"))[0].BaseObject;

        Assert.Equal(module.ImplementingType.Assembly.GetName().Version!.ToString(3), version.ToString(3));
    }

    [Fact]
    public async Task Each_runspace_has_a_default_session_of_its_own()
    {
        await using Panel connected = await Panel.OpenAsync();
        await using Panel other = await Panel.OpenAsync(connect: false);

        Assert.Equal("NotConnected", (await other.ErrorAsync("Get-HBServer")).Id());
    }

    [Fact]
    public async Task Removing_the_module_ends_the_default_session()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        PSObject session = (await panel.OutputAsync($"$s = Connect-HBServer '{panel.Server.DataPath}'; Remove-Module HandyBackup; $s"))[0];

        Assert.Equal(false, session.Get("IsConnected"));
    }
}
