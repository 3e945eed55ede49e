namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>Tests that stop or kill at moments that must fall into a run: one at a time, after all others of the program.</summary>
[CollectionDefinition(nameof(WholeMachine), DisableParallelization = true)]
public sealed class WholeMachine;
