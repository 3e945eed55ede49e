using System.Management.Automation;
using System.Xml.Linq;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Module;

public sealed class ViewTests
{
    [Fact]
    public async Task Every_output_type_has_a_table_and_a_list_of_properties_that_exist()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        var command = (CmdletInfo)(await panel.OutputAsync("Get-Command Get-HBTask"))[0].BaseObject;
        Type[] types = [.. command.ImplementingType.Assembly.GetExportedTypes()
            .Where(type => type.Name.StartsWith("HB", StringComparison.Ordinal) && type.Name != "HBSnapshotReference")];
        XElement[] views = Views();

        foreach (Type type in types)
        {
            XElement[] own = [.. views.Where(view => view.Descendants("TypeName").Single().Value == type.FullName)];
            Assert.True(own.Length == 2 && own[0].Element("TableControl") is not null && own[1].Element("ListControl") is not null, type.Name);
            Assert.All(own.SelectMany(view => view.Descendants("PropertyName")), name => Assert.NotNull(type.GetProperty(name.Value)));
        }

        Assert.Equal(2 * types.Length, views.Length);
    }

    [Fact]
    public void Tables_never_wait_for_the_end_of_the_output_and_fit_80_columns()
    {
        foreach (XElement table in Views().SelectMany(view => view.Elements("TableControl")))
        {
            string name = table.Parent!.Element("Name")!.Value;
            int[] widths = [.. table.Descendants("TableColumnHeader").Select(header => (int?)header.Element("Width") ?? 0)];
            int rest = 80 - widths.Sum() - (widths.Length - 1);

            Assert.True(table.Element("AutoSize") is null, $"{name} has AutoSize: it would hold back all output of a script until its end.");
            Assert.True(widths[^1] == 0, $"The last column of {name} does not take the rest of the line.");
            Assert.True(rest >= 12 * widths.Count(width => width == 0), $"The last columns of {name} have {rest} characters only.");
            Assert.All(table.Descendants("TableRowEntry"), row => Assert.NotNull(row.Element("Wrap")));
        }
    }

    [Fact]
    public async Task A_table_is_shown_before_what_the_script_does_next()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent() });

        string shown = await panel.ShowAsync("Get-HBAgent; $Host.UI.WriteLine('next')");

        Assert.Matches("(?s)LastSeen.*here.*next", shown);
    }

    [Theory]
    [InlineData("0", "0 B")]
    [InlineData("1023", "1023 B")]
    [InlineData("1024", "1.0 KiB")]
    [InlineData("1024 * 1024 - 1", "1.0 MiB")]
    [InlineData("230 * 1GB", "230 GiB")]
    [InlineData("[long]::MaxValue", "8.0 EiB")]
    [InlineData("$null", "")]
    public async Task Sizes_are_shown_with_binary_units(string bytes, string shown)
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        Assert.Equal(shown, (await panel.OutputAsync($"[HandyBackup.Module.ByteSize]::Format({bytes})"))[0].ToString());
    }

    [Theory]
    [InlineData("File", 0x1A4, "-rw-r--r--")]
    [InlineData("Folder", 0x3FF, "drwxrwxrwt")]
    [InlineData("File", 0x9ED, "-rwsr-xr-x")]
    [InlineData("File", 0xC00, "---S--S---")]
    [InlineData("SymbolicLink", 0x1FF, "lrwxrwxrwx")]
    public async Task Modes_are_shown_as_ls_shows_them(string kind, int mode, string shown)
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        Assert.Equal(shown, (await panel.OutputAsync($"[HandyBackup.Module.PosixMode]::Format('{kind}', {mode})"))[0].ToString());
    }

    private static XElement[] Views() =>
        [.. XDocument.Load(Path.Combine(ModuleFolder.Assembled, "HandyBackup.Format.ps1xml")).Descendants("View")];
}
