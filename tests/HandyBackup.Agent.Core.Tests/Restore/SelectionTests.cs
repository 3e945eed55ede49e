using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Restore;

public class SelectionTests
{
    [Fact]
    public async Task A_selection_goes_to_its_place_under_its_new_name()
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("usr/share", "shared"), new RestoreSelection("etc/hosts", "a/b/hosts.old"));

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertRestored("usr/share", "out/shared");
        Assert.Equal("hosts"u8.ToArray(), rig.Restored.Get("out/a/b/hosts.old").Content.ToArray());
        Assert.Equal(["a", "shared"], rig.Restored.Get("out").Children.Values.Select(item => ItemName.ToText(item.Name)));
        rig.AssertNothingLeft();
        Assert.Equal(7, outcome.Totals.Items);
    }

    [Fact]
    public async Task The_content_of_a_folder_goes_right_into_the_destination()
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("/usr/share/", ""));
        await rig.RestoreAsync();
        rig.AssertRestored("usr/share");
    }

    [Fact]
    public async Task Folders_on_the_way_get_the_metadata_they_have_in_the_snapshot_unless_they_exist()
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("usr/share/doc", "usr/share/doc"), new RestoreSelection("etc/hosts", "etc/hosts"));
        rig.Tree.Get("usr/share").Mode = 0x1C0;
        await rig.BackUpAsync();
        rig.Restored.AddFolder("out/etc").Mode = 0x1FF;

        List<RestorePlanItem> plan = await rig.PlanAsync();
        await rig.RestoreAsync();

        Assert.Equal(0x1C0u, rig.Restored.Get("out/usr/share").Mode);
        Assert.Equal(rig.Tree.Get("usr").Modified, rig.Restored.Get("out/usr").Modified);
        Assert.Equal(0x1FFu, rig.Restored.Get("out/etc").Mode);
        Assert.Equal(["etc/hosts", "usr", "usr/share", "usr/share/doc", "usr/share/doc/readme"], plan.Select(item => item.Path));
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task Restored_items_go_back_to_where_they_came_from()
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("etc", "etc"));
        rig.Order = rig.Order with { Destination = null };
        await rig.RestoreAsync();
        Assert.NotNull(rig.Restored.Find("etc/hosts"));
    }

    [Fact]
    public async Task What_another_selection_holds_already_is_not_restored_twice()
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("usr/share/doc", "x/doc"), new RestoreSelection("usr/share", "x"), new RestoreSelection("usr/share", "x"));
        RestoreOutcome outcome = await rig.RestoreAsync();
        rig.AssertRestored("usr/share", "out/x");
        Assert.Equal(4, outcome.Totals.Items);
    }

    [Theory]
    [InlineData("nothing", "x", ErrorCode.ItemNotFound)]
    [InlineData("etc/hosts/below", "x", ErrorCode.ItemNotFound)]
    [InlineData("etc/hosts", "", ErrorCode.InvalidArgument)]
    [InlineData("etc", "../out", ErrorCode.DestinationEscapes)]
    [InlineData("etc", "a/./b", ErrorCode.DestinationEscapes)]
    public async Task A_selection_that_cannot_be_restored_stops_everything_before_it_begins(string path, string target, ErrorCode code)
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("usr", "usr"), new RestoreSelection(path, target));

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(rig.RestoreAsync);

        Assert.Equal(code, exception.Code);
        Assert.Contains(code == ErrorCode.DestinationEscapes ? target : path, exception.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Restored.Describe());
    }

    [Fact]
    public async Task Two_selections_for_one_place_are_refused()
    {
        RestoreRig rig = await NewAsync(new RestoreSelection("usr", "x"), new RestoreSelection("etc", "x"));
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<HandyBackupException>(rig.RestoreAsync)).Code);
        rig.Order = rig.Order with { Selections = [] };
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<HandyBackupException>(rig.RestoreAsync)).Code);
    }

    private static async Task<RestoreRig> NewAsync(params RestoreSelection[] selections)
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("etc/hosts", "hosts");
        rig.Tree.AddFile("usr/share/doc/readme", "read me");
        rig.Tree.AddFile("usr/share/other", "other");
        await rig.BackUpAsync();
        rig.Order = rig.Order with { Selections = selections };
        return rig;
    }
}
