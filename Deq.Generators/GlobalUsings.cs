global using System.Collections.Immutable;
global using Deq.Generators.Model;
global using Microsoft.CodeAnalysis;
